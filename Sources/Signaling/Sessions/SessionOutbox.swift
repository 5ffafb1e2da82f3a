package import NIOCore
import Synchronization

/// The bounded outbound queue of one WebSocket.
///
/// Enqueueing is synchronous and never blocks. A reader too slow for what it is sent loses the queue and is closed with
/// `tooSlow`; it can resume. Nothing follows a close.
package final class SessionOutbox: Sendable {
  package enum Item: Sendable, Equatable {
    case text(ByteBuffer)
    case close(CloseReason)
  }

  private struct State {
    var items: [Item] = []
    var byteCount = 0
    var isClosed = false
    var writer: CheckedContinuation<Void, Never>?
  }

  private let limitCount: Int
  private let limitBytes: Int
  private let state = Mutex(State())

  package init(limitCount: Int, limitBytes: Int) {
    self.limitCount = limitCount
    self.limitBytes = limitBytes
  }

  /// Whether a close is queued or was taken.
  package var isClosed: Bool { state.withLock { $0.isClosed } }

  /// What is queued, waiting for at least one item; `.close` is always last and the end.
  ///
  /// For the one task that writes to the socket. Empty only when that task was cancelled.
  package func next() async -> [Item] {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in wait(with: continuation) }
    } onCancel: {
      state.withLock { Self.takeWriter(of: &$0) }?.resume()
    }
    return takeQueued()
  }

  /// What is queued now, without waiting.
  package func takeQueued() -> [Item] {
    state.withLock { state in
      defer {
        state.items = []
        state.byteCount = 0
      }
      return state.items
    }
  }

  /// Queues one message; when the queue is full, the session ends instead.
  ///
  /// - Returns: whether this message ended it.
  @discardableResult
  package func send(_ text: ByteBuffer) -> Bool {
    let (overflows, writer) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
      guard !state.isClosed else { return (false, nil) }
      let count = state.byteCount + text.readableBytes
      let overflows = state.items.count >= limitCount || count > limitBytes
      if overflows {
        state.items = [.close(.tooSlow)]
        state.isClosed = true
      } else {
        state.items.append(.text(text))
        state.byteCount = count
      }
      return (overflows, Self.takeWriter(of: &state))
    }
    writer?.resume()
    return overflows
  }

  /// Queues the end. Later items are dropped.
  ///
  /// - Returns: false if it had ended before.
  @discardableResult
  package func close(_ reason: CloseReason) -> Bool {
    let (isFirst, writer) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
      guard !state.isClosed else { return (false, nil) }
      state.items.append(.close(reason))
      state.isClosed = true
      return (true, Self.takeWriter(of: &state))
    }
    writer?.resume()
    return isFirst
  }

  private func wait(with continuation: CheckedContinuation<Void, Never>) {
    let isReady = state.withLock { state in
      precondition(state.writer == nil, "One task writes to a socket.")
      guard state.items.isEmpty, !Task.isCancelled else { return true }
      state.writer = continuation
      return false
    }
    if isReady { continuation.resume() }
  }

  private static func takeWriter(of state: inout State) -> CheckedContinuation<Void, Never>? {
    defer { state.writer = nil }
    return state.writer
  }
}
