import WebRTC

/// The media half of the server: takes browsers' media on one port and sends it to whom it is for.
///
/// Commands and events name rooms and participants by opaque texts; which worker has a room is nobody else's business.
package final class MediaServer: Sendable {
  /// Events that may wait for their reader. A participant causes a handful in its life, so more means that nobody reads.
  private static let eventLimit = 1 << 16

  /// The port of UDP and TCP.
  package let port: UInt16
  /// What has happened, in order; to be iterated once. Ends with `run`.
  package let events: AsyncStream<Event>
  private let continuation: AsyncStream<Event>.Continuation
  private let worker: Worker
  /// What the worker's peer connections have in common.
  let peer: PeerConfiguration

  /// Binds the port and begins to answer on it. Throws if the port is taken, or the address is not ours.
  package init(_ configuration: SFUConfiguration) throws(MediaServerError) {
    var sockets: WorkerSockets
    do throws(SocketError) {
      sockets = try WorkerSockets(packetLimit: configuration.limits.packets)
    } catch {
      throw .noResources
    }
    port = try PortBinding(configuration).bind(&sockets)
    (events, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.eventLimit))
    let settings = WorkerSettings(configuration, port: port, worker: 0) { [continuation] event in
      if case .dropped = continuation.yield(event) { false } else { true }
    }
    peer = settings.peer
    worker = Worker(settings, sockets: sockets)
    guard worker.start(number: 0) else { throw .noResources }
  }

  deinit {
    worker.end()
  }

  /// Carries a command out; what comes of it is told by `events`. Commands of one caller are carried out in order.
  package func perform(_ command: Command, in room: String) async {
    await worker.perform(command, in: room)
  }

  /// Serves until it is cancelled; then takes leave of all peers and closes the port.
  package func run() async {
    let (never, keeper) = AsyncStream<Never>.makeStream()
    for await _ in never {}
    keeper.finish()
    await worker.close()
    continuation.finish()
  }

  package func statistics() async -> Statistics {
    await worker.statistics()
  }
}
