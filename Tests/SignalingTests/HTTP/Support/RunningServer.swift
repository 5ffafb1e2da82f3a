import FoundationEssentials
import Logging
import NIOCore
import ServiceLifecycle
import Signaling

/// A server on a free port of this machine, with a small web client, for as long as a test needs it.
struct RunningServer {
  let port: Int
  let service: SignalingService
  let certificates: CertificateStore?
  /// Tells the server to stop and waits until it has.
  let stop: @Sendable () async throws -> Void

  static let index = """
    <!doctype html><link rel="stylesheet" href="./styles/app.css"><script type="module" src="./app.js"></script>
    """
  static let script = String(repeating: "export const tea = 'green';\n", count: 40)

  /// Starts it, runs the test, stops it.
  static func run(
    _ change: (inout HTTPServerConfiguration) -> Void = { _ in },
    signaling: SignalingConfiguration = SignalingConfiguration(), certificates: CertificateStore? = nil,
    mediaPlane: (any MediaPlane)? = nil, logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
    obstacle: @escaping @Sendable () -> String? = { nil }, strain: @escaping @Sendable () -> String? = { nil },
    _ body: (RunningServer) async throws -> Void
  ) async throws {
    try await withClient { directory in
      var configuration = HTTPServerConfiguration()
      configuration.address = "127.0.0.1"
      configuration.port = 0
      configuration.publicDirectory = directory
      change(&configuration)
      let service = SignalingService(configuration: signaling, keys: .ephemeral(), mediaPlane: mediaPlane)
      let (ports, port) = AsyncStream.makeStream(of: Int.self)
      let server = try SignalingServer(
        configuration: configuration, service: service, certificates: certificates, registry: PrometheusRegistry(),
        logger: logger, onListening: { port.yield($0) }, obstacle: obstacle, strain: strain)
      let signaling = Task { if mediaPlane != nil { try await service.run() } }
      defer { signaling.cancel() }
      try await run(server, service, certificates, ports, body)
    }
  }

  private static func run(
    _ server: SignalingServer, _ service: SignalingService, _ certificates: CertificateStore?,
    _ ports: AsyncStream<Int>, _ body: (RunningServer) async throws -> Void
  ) async throws {
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: [server], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
    let running = Task { try await group.run() }
    let stop: @Sendable () async throws -> Void = {
      await group.triggerGracefulShutdown()
      try await running.value
    }
    for await port in ports {
      do {
        try await body(RunningServer(port: port, service: service, certificates: certificates, stop: stop))
      } catch {
        try await stop()
        throw error
      }
      break
    }
    try await stop()
  }

  /// A directory as `public/` is, removed afterwards.
  static func withClient<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let files = FileManager.default
    let directory = files.temporaryDirectory.path + "/parley-test-\(UInt64.random(in: 0...UInt64.max))"
    try files.createDirectory(atPath: directory + "/styles", withIntermediateDirectories: true)
    defer { try? files.removeItem(atPath: directory) }
    for (name, text) in ["index.html": index, "app.js": script, "styles/app.css": "", ".hidden": "secret"] {
      try Data(text.utf8).write(to: URL(filePath: directory + "/" + name))
    }
    return try await body(directory)
  }
}
