package import NIOCore
package import NIOWebSocket

/// The server's side of one WebSocket (RFC 6455): what to do with each frame and when to ping. It does no I/O.
///
/// Framing itself (lengths, control frames in one piece) is checked by NIO's decoder before a frame comes here.
package struct WebSocketMachine {
  package enum Output: Equatable {
    /// A whole text message, valid UTF-8.
    case message(ByteBuffer)
    /// The message may not be handled; the session decides how to end.
    case refuse(Refusal)
    case sendPing
    case sendPong(ByteBuffer)
    /// Answer the peer's Close with its own code and end the connection.
    case answerClose(WebSocketErrorCode?)
    /// The peer broke RFC 6455: say so and end the connection.
    case violation
    /// The peer answered our Close: the connection can end.
    case finished
  }
  package enum Refusal: Equatable { case binary, invalidUTF8, tooLarge, tooMany, unresponsive }

  private enum State {
    case open
    case assembling(ByteBuffer, fragmentCount: Int)
    /// What came was refused and our Close is on its way: the rest of it does not matter any more.
    case refused
    /// We sent a Close; only the peer's Close still matters.
    case closing
    case closed
  }

  private let limits: WebSocketLimits
  private var state = State.open
  private var lastHeard: NIODeadline
  /// Pings and pongs since the last beat.
  private var controlCount = 0

  package init(limits: WebSocketLimits, now: NIODeadline) {
    self.limits = limits
    lastHeard = now
  }

  package var isClosing: Bool {
    switch state {
    case .open, .assembling, .refused: false
    case .closing, .closed: true
    }
  }

  /// A frame came; nil when there is nothing to do.
  package mutating func receive(_ frame: WebSocketFrame, at now: NIODeadline) -> Output? {
    lastHeard = now
    switch state {
    case .closed:
      return nil
    case .closing:
      guard frame.opcode == .connectionClose else { return nil }
      state = .closed
      return .finished
    case .open, .assembling:
      guard frame.maskKey != nil, !frame.rsv1, !frame.rsv2, !frame.rsv3 else { return .violation }
      let output = receiveOpen(frame)
      if case .refuse = output { state = .refused }
      return output
    case .refused:
      return frame.opcode == .connectionClose ? answer(frame) : nil
    }
  }

  /// The heartbeat's turn, once in `pingInterval`.
  package mutating func beat(at now: NIODeadline) -> Output? {
    controlCount = 0
    switch state {
    case .open, .assembling, .refused:
      return now - lastHeard >= limits.deadAfter ? .refuse(.unresponsive) : .sendPing
    case .closing, .closed:
      return nil
    }
  }

  /// We are about to send a Close; false when one was sent already.
  package mutating func beginClosing() -> Bool {
    guard !isClosing else { return false }
    state = .closing
    return true
  }

  private mutating func receiveOpen(_ frame: WebSocketFrame) -> Output? {
    switch frame.opcode {
    case .text: return begin(frame)
    case .continuation: return proceed(frame)
    case .binary: return .refuse(.binary)
    case .ping, .pong:
      controlCount += 1
      guard controlCount <= limits.controlFrames else { return .refuse(.tooMany) }
      return frame.opcode == .ping ? .sendPong(frame.unmaskedData) : nil
    case .connectionClose: return answer(frame)
    default: return .violation
    }
  }

  private mutating func begin(_ frame: WebSocketFrame) -> Output? {
    guard case .open = state else { return .violation }
    guard frame.fin else {
      state = .assembling(frame.unmaskedData, fragmentCount: 1)
      return nil
    }
    return deliver(frame.unmaskedData)
  }

  private mutating func proceed(_ frame: WebSocketFrame) -> Output? {
    guard case .assembling(var message, let fragmentCount) = state else { return .violation }
    guard message.readableBytes + frame.length <= limits.messageBytes, fragmentCount < limits.fragments else {
      return .refuse(.tooLarge)
    }
    state = .open  // gives up its reference, so that appending does not copy
    message.writeImmutableBuffer(frame.unmaskedData)
    guard frame.fin else {
      state = .assembling(message, fragmentCount: fragmentCount + 1)
      return nil
    }
    return deliver(message)
  }

  private func deliver(_ message: ByteBuffer) -> Output {
    guard message.readableBytes <= limits.messageBytes else { return .refuse(.tooLarge) }
    return message.isValidUTF8 ? .message(message) : .refuse(.invalidUTF8)
  }

  /// A Close carries nothing, or a code and a reason (RFC 6455 §5.5.1).
  private mutating func answer(_ frame: WebSocketFrame) -> Output {
    var data = frame.unmaskedData
    guard data.readableBytes != 1 else { return .violation }
    state = .closed
    return .answerClose(data.readWebSocketErrorCode())
  }

}

extension ByteBuffer {
  fileprivate var isValidUTF8: Bool {
    withUnsafeReadableBytes { bytes in
      (try? UTF8Span(validating: bytes.bindMemory(to: UInt8.self).span)) != nil
    }
  }
}
