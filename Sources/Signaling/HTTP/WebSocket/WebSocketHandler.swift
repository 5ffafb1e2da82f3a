import NIOCore
import NIOWebSocket

/// Joins one socket to one `ClientSession`: frames in, messages out, heartbeat, closing handshake.
///
/// A plain handler and no `NIOAsyncChannel`, because an idle connection should cost little memory.
final class WebSocketHandler: ChannelDuplexHandler, NIOScheduledCallbackHandler {
  typealias InboundIn = WebSocketFrame
  typealias InboundOut = Never
  typealias OutboundIn = Never
  typealias OutboundOut = WebSocketFrame

  private enum Reading {
    case flowing
    case paused
  }

  private let limits: WebSocketLimits
  private let inbox: SessionInbox
  private let outbox: SessionOutbox
  private var machine: WebSocketMachine
  private var reading = Reading.flowing
  private var context: ChannelHandlerContext?
  private var heartbeat: NIOScheduledCallback?
  /// Since when bytes have been waiting for the peer to read them.
  private var writePendingSince: NIODeadline?
  private var stallCheck: Scheduled<Void>?
  /// Cuts a peer that has not read for long, while more waits for it than should.
  private var unwritable: Scheduled<Void>?
  /// The decoder gave up, so a Close of the peer would not be seen: the end of its stream has to do.
  private var isDeaf = false
  /// Whether the peer closed because its page goes away.
  private var isPageGone = false

  init(inbox: SessionInbox, outbox: SessionOutbox, limits: WebSocketLimits) {
    self.inbox = inbox
    self.outbox = outbox
    self.limits = limits
    machine = WebSocketMachine(limits: limits, now: .now())
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    scheduleHeartbeat(context)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    heartbeat?.cancel()
    unwritable?.cancel()
    self.context = nil
  }

  func channelInactive(context: ChannelHandlerContext) {
    heartbeat?.cancel()
    inbox.offer(.disconnected(isPageGone: isPageGone))
    outbox.close(.left)  // nobody is there to read it: it ends the task that writes
  }

  // MARK: From the peer

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard let output = machine.receive(unwrapInboundIn(data), at: .now()) else { return }
    perform(output, context)
  }

  /// Reading stops while the session is behind or the peer does not read what it asks for; it goes on once a Close was sent.
  func read(context: ChannelHandlerContext) {
    let isBehind = !machine.isClosing && (!context.channel.isWritable || inbox.pausesReading())
    guard isBehind else { return context.read() }
    reading = .paused
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    unwritable?.cancel()
    unwritable = nil
    if context.channel.isWritable {
      resumeReading()
    } else {
      unwritable = context.eventLoop.assumeIsolated().scheduleTask(in: limits.writeTimeout) {
        context.close(promise: nil)
      }
    }
    context.fireChannelWritabilityChanged()
  }

  func resumeReading() {
    guard case .paused = reading, let context else { return }
    reading = .flowing
    read(context: context)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch error {
    case NIOWebSocketError.invalidFrameLength:
      isDeaf = true
      inbox.offer(.invalid(.messageTooLarge))
    case is NIOWebSocketError:
      isDeaf = true
      close(code: .protocolError, reason: "", context)
    case is ByteToMessageDecoderError:
      break  // what comes after the decoder gave up, thrown away by it
    default:
      context.close(promise: nil)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case ChannelEvent.inputClosed:
      context.close(promise: nil)
    case is ChannelShouldQuiesceEvent:
      // The session is told to stop by its service and closes by itself; this is for one that does not.
      closeLater(in: limits.stopTimeout, context)
    default:
      context.fireUserInboundEventTriggered(event)
    }
  }

  // MARK: Heartbeat

  func handleScheduledCallback(eventLoop: some EventLoop) {
    guard let context else { return }
    if let output = machine.beat(at: .now()) { perform(output, context) }
    scheduleHeartbeat(context)
  }

  private func scheduleHeartbeat(_ context: ChannelHandlerContext) {
    // Fails only when the loop has shut down, and then no heart need beat.
    heartbeat = try? context.eventLoop.assumeIsolated().scheduleCallback(in: limits.pingInterval, handler: self)
  }

  // MARK: To the peer

  /// Writes a batch and flushes once; done when the kernel has taken all of it, for a Close when the socket is closed.
  func send(_ items: [SessionOutbox.Item]) -> EventLoopFuture<Void>? {
    guard let context, context.channel.isActive, let last = items.last else { return nil }
    var written = context.eventLoop.makeSucceededVoidFuture()
    for item in items {
      switch item {
      case .text(let message): written = write(.text, message, context)
      case .close: written = context.channel.closeFuture
      }
    }
    if case .close(let reason) = last {
      close(code: WebSocketErrorCode(codeNumber: Int(reason.code)), reason: reason.rawValue, context)
    } else {
      context.flush()
      watch(written, context)
    }
    return written
  }

  private func write(_ opcode: WebSocketOpcode, _ data: ByteBuffer, _ context: ChannelHandlerContext)
    -> EventLoopFuture<Void>
  {
    let promise = context.eventLoop.makePromise(of: Void.self)
    context.write(wrapOutboundOut(WebSocketFrame(fin: true, opcode: opcode, data: data)), promise: promise)
    return promise.futureResult
  }

  private func watch(_ written: EventLoopFuture<Void>, _ context: ChannelHandlerContext) {
    writePendingSince = .now()
    written.assumeIsolated().whenComplete { _ in
      self.writePendingSince = nil
      self.stallCheck?.cancel()
    }
    if writePendingSince != nil { checkStallLater(context) }  // nearly always the kernel has taken all at once
  }

  /// A session that was closed meanwhile, as too slow, has its Close behind what the peer does not read: it is cut.
  private func checkStallLater(_ context: ChannelHandlerContext) {
    stallCheck = context.eventLoop.assumeIsolated().scheduleTask(in: limits.closeTimeout) {
      guard let since = self.writePendingSince else { return }
      let isOver = self.outbox.isClosed || .now() - since >= self.limits.writeTimeout
      if isOver { context.close(promise: nil) } else { self.checkStallLater(context) }
    }
  }

  private func perform(_ output: WebSocketMachine.Output, _ context: ChannelHandlerContext) {
    switch output {
    case .message(let message): inbox.offer(.text(message))
    case .refuse(let refusal): inbox.offer(.invalid(refusal.closeReason))
    case .sendPing: sendControl(.ping, ByteBuffer(), context)
    case .sendPong(let data): sendControl(.pong, data, context)
    case .answerClose(let code): finish(answering: code, context)
    case .violation: close(code: .protocolError, reason: "", context)
    case .finished: context.close(promise: nil)
    }
  }

  private func sendControl(_ opcode: WebSocketOpcode, _ data: ByteBuffer, _ context: ChannelHandlerContext) {
    context.writeAndFlush(wrapOutboundOut(WebSocketFrame(fin: true, opcode: opcode, data: data)), promise: nil)
  }

  // MARK: Closing (RFC 6455 §7)

  private func close(code: WebSocketErrorCode, reason: String, _ context: ChannelHandlerContext) {
    guard machine.beginClosing() else { return }
    var data = context.channel.allocator.buffer(capacity: 2 + reason.utf8.count)
    data.write(webSocketErrorCode: code)
    data.writeString(reason)
    let isDeaf = isDeaf
    write(.connectionClose, data, context).assumeIsolated().whenSuccess {
      // Closing the whole socket with bytes of the peer unread would reset it and could lose our Close.
      if isDeaf { context.close(mode: .output, promise: nil) }
    }
    context.flush()
    closeLater(in: limits.closeTimeout, context)
    if case .paused = reading { resumeReading() }
  }

  private func finish(answering code: WebSocketErrorCode?, _ context: ChannelHandlerContext) {
    isPageGone = code == .goingAway
    var data = context.channel.allocator.buffer(capacity: 2)
    if let code { data.write(webSocketErrorCode: code) }
    write(.connectionClose, data, context).assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    context.flush()
    closeLater(in: limits.closeTimeout, context)
  }

  private func closeLater(in time: TimeAmount, _ context: ChannelHandlerContext) {
    let timeout = context.eventLoop.assumeIsolated().scheduleTask(in: time) { context.close(promise: nil) }
    context.channel.closeFuture.whenComplete { _ in timeout.cancel() }
  }
}

@available(*, unavailable)
extension WebSocketHandler: Sendable {}

extension WebSocketMachine.Refusal {
  fileprivate var closeReason: CloseReason {
    switch self {
    case .binary: .binaryRefused
    case .invalidUTF8: .invalidUTF8
    case .tooLarge: .messageTooLarge
    case .tooMany: .rateLimited
    case .unresponsive: .unresponsive
    }
  }
}
