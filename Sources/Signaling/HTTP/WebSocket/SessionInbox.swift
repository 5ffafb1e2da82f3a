import NIOCore
import Synchronization

/// What came from one socket and waits for its session: handled one at a time, in order, the disconnection last.
///
/// It costs nothing while nothing comes: a task lives only from the first item to the last.
final class SessionInbox: Sendable {
  enum Item: Sendable {
    case text(ByteBuffer)
    case invalid(CloseReason)
    /// `isPageGone`: the peer has said so (RFC 6455 §7.4.1, 1001).
    case disconnected(isPageGone: Bool)

    var byteCount: Int {
      if case .text(let message) = self { message.readableBytes } else { 0 }
    }
  }

  private struct State {
    var items: [Item] = []
    var byteCount = 0
    var isDraining = false
    var isReadingPaused = false
  }

  private let session: ClientSession?
  private let limits: WebSocketLimits
  private let state = Mutex(State())
  private let resumeReading: @Sendable () -> Void

  /// - Parameters:
  ///   - session: nil for a socket that was refused one: what comes is dropped.
  ///   - resumeReading: called, on any thread, when reading was paused and there is room again.
  init(session: ClientSession?, limits: WebSocketLimits, resumeReading: @escaping @Sendable () -> Void) {
    self.session = session
    self.limits = limits
    self.resumeReading = resumeReading
  }

  func offer(_ item: Item) {
    let startsDraining = state.withLock { state in
      state.items.append(item)
      state.byteCount += item.byteCount
      defer { state.isDraining = true }
      return !state.isDraining
    }
    if startsDraining { Task { await drain() } }
  }

  /// Whether the socket is to be read no further at present; if so, `resumeReading` follows.
  func pausesReading() -> Bool {
    state.withLock { state in
      state.isReadingPaused = state.items.count >= limits.pendingMessages || state.byteCount >= limits.pendingBytes
      return state.isReadingPaused
    }
  }

  private func drain() async {
    while let batch = takeBatch() {
      for item in batch { await handle(item) }
    }
  }

  private func takeBatch() -> [Item]? {
    let (batch, wasPaused) = state.withLock { state -> ([Item], Bool) in
      defer {
        state.isDraining = !state.items.isEmpty
        state.items = []
        state.byteCount = 0
        state.isReadingPaused = false
      }
      return (state.items, state.isReadingPaused)
    }
    if wasPaused { resumeReading() }
    return batch.isEmpty ? nil : batch
  }

  private func handle(_ item: Item) async {
    guard let session else { return }
    switch item {
    case .text(let message): await session.receive(text: message)
    case .invalid(let reason): session.receiveInvalid(reason)
    case .disconnected(let isPageGone): await session.disconnected(isPageGone: isPageGone)
    }
  }
}
