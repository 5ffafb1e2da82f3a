import Logging
import RTP
import SFU
import Signaling
import Testing
import parley

/// HTTP, signalling and media in this process, over loopback.
enum WholeServer {
  /// Serves for as long as `body` takes, which is told the port of HTTP.
  static func serving(_ body: (Int, MediaServer) async throws -> Void) async throws {
    var configuration = SFUConfiguration(announcedAddresses: [LoopbackSocket.ip])
    configuration.listenAddresses = configuration.announcedAddresses
    configuration.port = 0
    let media = try MediaServer(configuration)
    let service = SignalingService(
      configuration: SignalingConfiguration(), keys: ServerKeys(master: Array(0..<32)),
      mediaPlane: SFUMediaPlane(server: media))
    var pages = HTTPServerConfiguration()
    (pages.address, pages.port) = ("127.0.0.1", 0)
    pages.publicDirectory = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/public"
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let web = try SignalingServer(
      configuration: pages, service: service, certificates: nil, registry: PrometheusRegistry(),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) { port.yield($0) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await media.run() }
      group.addTask { try await service.run() }
      group.addTask { try await web.run() }
      defer { group.cancelAll() }
      for await port in ports {
        try await body(port, media)
        break
      }
    }
  }

  /// Waits until something is true; false if it was not within a time in which it is on the busiest machine.
  static func comesTrue(_ isTrue: () async -> Bool) async throws -> Bool {
    let end = SystemClock.now + .seconds(20)
    while SystemClock.now < end {
      if await isTrue() { return true }
      try await Task.sleep(for: .milliseconds(20))
    }
    return false
  }
}
