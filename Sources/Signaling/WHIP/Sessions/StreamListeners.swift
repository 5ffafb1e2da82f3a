/// Who listens to the events of one session, and what a new listener is told first.
struct StreamListeners {
  /// A page that was loaded again may listen before the old connection is found dead.
  static let maximum = 4
  /// A listener that reads too slowly misses the oldest; each event says everything anew.
  private static let queued = 16

  private struct Listener {
    let kinds: Set<StreamEvent.Kind>
    let continuation: AsyncStream<StreamEvent>.Continuation
  }

  private var listeners: [Int: Listener] = [:]
  private var nextID = 0
  /// The last event of each state, as a new listener is told it.
  private var isActive = true
  private var viewers = 0
  private var layers: StreamEvent?

  /// A new stream of these events; nil if there are too many.
  mutating func add(
    _ kinds: Set<StreamEvent.Kind>, onEnd: @escaping @Sendable (Int) -> Void
  ) -> AsyncStream<StreamEvent>? {
    guard listeners.count < Self.maximum else { return nil }
    let id = nextID
    nextID += 1
    let (stream, continuation) = AsyncStream.makeStream(
      of: StreamEvent.self, bufferingPolicy: .bufferingNewest(Self.queued))
    continuation.onTermination = { _ in onEnd(id) }
    listeners[id] = Listener(kinds: kinds, continuation: continuation)
    let state = [isActive ? .active : .inactive, .viewercount(viewers), layers].compactMap(\.self)
    for event in state where kinds.contains(event.kind) { continuation.yield(event) }
    return stream
  }

  mutating func remove(_ id: Int) {
    listeners[id] = nil
  }

  /// Tells those who want to know.
  mutating func tell(_ event: StreamEvent) {
    switch event {
    case .active: isActive = true
    case .inactive: isActive = false
    case .viewercount(let count): viewers = count
    case .layers:
      guard event != layers else { return }
      layers = event
    }
    for listener in listeners.values where listener.kinds.contains(event.kind) { listener.continuation.yield(event) }
  }

  /// Ends all streams. To be called without the lock that `onEnd` takes.
  mutating func takeAll() -> [AsyncStream<StreamEvent>.Continuation] {
    defer { listeners = [:] }
    return listeners.values.map(\.continuation)
  }
}
