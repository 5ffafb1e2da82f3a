import NIOCore
import NIOWebSocket

/// One upgraded connection: the writing half of a session, which ends when the socket does.
struct WebSocketConnection: Sendable {
  private let channel: any Channel
  private let outbox: SessionOutbox
  private let handler: NIOLoopBound<WebSocketHandler>

  /// Opens the session and puts its handler behind the frame codec; on the channel's event loop.
  ///
  /// One too many is let in to be told so: a page is not shown the status of a handshake that failed.
  static func open(
    _ channel: any Channel, for client: ClientAddress, cookie: String?, service: SignalingService,
    limits: WebSocketLimits
  ) throws -> WebSocketConnection {
    let outbox = SessionOutbox(limitCount: limits.outboxCount, limitBytes: limits.outboxBytes)
    let session: ClientSession?
    do throws(SignalingError) {
      session = try service.open(client: client, cookie: cookie, outbox: outbox)
    } catch {
      session = nil
      outbox.send(MessageEncoder.error(error, id: nil))
      outbox.close(error.code == .shuttingDown ? .serverStopping : .rateLimited)
    }
    let inbox = SessionInbox(session: session, limits: limits) {
      channel.eventLoop.execute {
        try? channel.pipeline.syncOperations.handler(type: WebSocketHandler.self).resumeReading()
      }
    }
    let handler = WebSocketHandler(inbox: inbox, outbox: outbox, limits: limits)
    try channel.pipeline.syncOperations.addHandler(handler)
    return WebSocketConnection(
      channel: channel, outbox: outbox, handler: NIOLoopBound(handler, eventLoop: channel.eventLoop))
  }

  /// Writes what the session has to say until it closes or the socket is gone.
  ///
  /// Waiting for each batch to leave is what makes the outbox fill up, and so notice, when the peer reads slowly.
  func run() async {
    repeat {
      let items = await outbox.next()
      guard await write(items) else { return }
    } while true
  }

  private func write(_ items: [SessionOutbox.Item]) async -> Bool {
    let written: EventLoopFuture<Bool> = channel.eventLoop.flatSubmit {
      guard let written = handler.value.send(items) else { return channel.eventLoop.makeSucceededFuture(false) }
      return written.map { channel.isActive }
    }
    return (try? await written.get()) ?? false
  }
}
