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

  /// What is left out while there is more to do than can be done; nil for nothing.
  var strain: String? {
    switch server.leavingOut {
    case .nothing: nil
    case let step: "a media thread has too much to do: \(Self.sentence(for: step))"
    }
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
    case .overloaded(let worker, let step):
      logger.warning(
        "a media thread has too much to do: \(sentence(for: step))", metadata: ["thread": "media-\(worker)"])
    case .relieved(let worker):
      logger.notice("a media thread has time for everything again", metadata: ["thread": "media-\(worker)"])
    }
  }

  /// What a step leaves out, beside what those before it do.
  private static func sentence(for step: LoadShedding.Step) -> String {
    switch step {
    case .nothing: "nothing is left out"
    case .newcomers: "nobody new is let in"
    case .extras: "pictures are sent coarser, and without repairs"
    case .others: "of the pictures everybody is sent one, and small"
    case .pictures: "some are sent no picture"
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
