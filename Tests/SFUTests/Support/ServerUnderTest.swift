import SFU
import STUN
import Synchronization

/// A media server on some port of this machine, which keeps its events for those who ask for them.
final class ServerUnderTest: Sendable {
  static let loopback4 = IPAddress(ipv4: 0x7F00_0001)
  static let loopback6 = IPAddress(ipv6: 0, 1)

  let media: MediaServer
  private let events = Mutex<[MediaServer.Event]>([])

  private init(
    _ configuration: SFUConfiguration, _ report: @escaping @Sendable (MediaServer.Incident) -> Void
  ) throws {
    media = try MediaServer(configuration, report: report)
  }

  /// Runs a server for as long as `body` takes, and stops it.
  static func with(
    _ change: (inout SFUConfiguration) -> Void = { _ in },
    report: @escaping @Sendable (MediaServer.Incident) -> Void = { _ in },
    _ body: (ServerUnderTest) async throws -> Void
  ) async throws {
    var configuration = SFUConfiguration(announcedAddresses: [loopback4, loopback6])
    configuration.port = 0
    configuration.limits.packets = 8192
    change(&configuration)
    let server = try ServerUnderTest(configuration, report)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await server.media.run() }
      group.addTask { await server.collect() }
      defer { group.cancelAll() }
      try await body(server)
    }
  }

  func address(_ ip: IPAddress = loopback4) -> TransportAddress {
    TransportAddress(ip, port: media.port)
  }

  /// What has been told about a participant, or about the room if nil, since the last call.
  func takeEvents(of participant: String?, in room: String) -> [MediaServer.News] {
    events.withLock { events in
      defer { events.removeAll { $0.room == room && $0.news.participant == participant } }
      return events.filter { $0.room == room && $0.news.participant == participant }.map(\.news)
    }
  }

  private func collect() async {
    for await event in media.events { events.withLock { $0.append(event) } }
  }
}

extension MediaServer.News {
  /// Whom it is about.
  var participant: String? {
    switch self {
    case .failed, .dominantSpeaker: return nil
    case .lost(let name), .accepted(let name), .connected(let name): return name
    case .demand(let name, _, _), .quality(let name, _): return name
    case .slots(let name, _), .report(let name, _), .fragment(let name, _): return name
    case .answer(let name, _), .refused(let name, _), .offer(let name, _, _): return name
    }
  }
}
