import ArgumentParser
import Glibc
import Logging
import ServiceLifecycle
import Signaling
import UnixSignals

/// A server whose rooms may be large because a media plane is there, which carries nothing: signalling is measured alone.
struct RoutedServer: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serves routed rooms without media, at SERVER_LISTEN_PORT.")

  func run() async throws {
    let service = SignalingService(
      configuration: SignalingConfiguration(), keys: .ephemeral(), mediaPlane: SilentMediaPlane())
    var http = HTTPServerConfiguration()
    http.address = "127.0.0.1"
    http.port = getenv("SERVER_LISTEN_PORT").flatMap { Int(String(cString: $0)) } ?? http.port
    let logger = Logger(label: "parley-benchmarks")
    let server = try SignalingServer(
      configuration: http, service: service, certificates: nil, registry: PrometheusRegistry(), logger: logger)
    let group = ServiceGroupConfiguration(
      services: [Deadlines(service: service), server], gracefulShutdownSignals: [.sigterm], logger: logger)
    try await ServiceGroup(configuration: group).run()
  }

  /// Ends rooms and sessions in time, as in service.
  private struct Deadlines: Service {
    let service: SignalingService

    func run() async throws {
      try await cancelWhenGracefulShutdown { try await service.run() }
    }
  }
}

/// A media plane that says yes to everything and moves no packet.
private struct SilentMediaPlane: MediaPlane {
  var modes: Set<MediaMode> { [.routed] }
  var events: AsyncStream<(RoomID, MediaEvent)> { AsyncStream { _ in } }
  func refusal(ofOffer offer: String, watching isWatching: Bool) -> MediaRefusal? { nil }
  func isFull(for room: RoomID) -> Bool { false }
  func perform(_ command: MediaCommand, in room: RoomID) async {}
}
