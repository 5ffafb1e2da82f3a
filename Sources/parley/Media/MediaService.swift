import Glibc
import Logging
import SFU
import STUN
import ServiceLifecycle

/// The media server for as long as the program runs; takes leave of all peers at the end.
struct MediaService: Service, CustomStringConvertible {
  let server: MediaServer

  var description: String { "MediaService" }

  func run() async throws {
    await cancelWhenGracefulShutdown { await server.run() }
  }

  /// Binds the media port.
  static func start(
    _ configuration: MediaConfiguration, announced: [IPAddress], _ logger: Logger
  ) throws(StartFailure) -> MediaService {
    var sfu = SFUConfiguration(announcedAddresses: announced)
    sfu.loudestCount = configuration.loudestCount
    sfu.collecting = configuration.collecting
    sfu.listenAddresses = configuration.listenAddresses
    sfu.port = configuration.port
    (sfu.workerCount, sfu.pinsWorkers) = (configuration.workerCount, configuration.pinsWorkers)
    do throws(MediaServerError) {
      return MediaService(server: try MediaServer(sfu) { report($0, to: logger) })
    } catch {
      throw StartFailure(sentence(for: error, configuration))
    }
  }

  private static func report(_ incident: MediaServer.Incident, to logger: Logger) {
    switch incident {
    case .stalled(let worker, let duration):
      logger.error(
        "a media thread hangs, and so does everybody in its rooms",
        metadata: ["thread": "media-\(worker)", "seconds": "\(duration.components.seconds)"])
    case .recovered(let worker, let duration):
      logger.notice(
        "a media thread that hung goes on",
        metadata: ["thread": "media-\(worker)", "seconds": "\(duration.components.seconds)"])
    }
  }

  private static func sentence(for error: MediaServerError, _ configuration: MediaConfiguration) -> String {
    guard case .cannotListen(let address, let refusal) = error else { return "cannot serve media: \(error)" }
    guard refusal.code == EADDRNOTAVAIL else {
      return "SFU_PORT=\(configuration.port) cannot be used for UDP and TCP: \(error). Example: SFU_PORT=3478"
    }
    return "SFU_LISTEN_IP has \(address.ip), which is no address of this machine. Example: SFU_LISTEN_IP=::"
  }
}
