import Signaling
import Synchronization

/// A media plane that writes down what it is asked.
final class FakeMediaPlane: MediaPlane {
  private struct State {
    var commands: [MediaCommand] = []
    var room: RoomID?
    var isHeld: Bool
    var isFull = false
  }

  let modes: Set<MediaMode>
  let events: AsyncStream<(RoomID, MediaEvent)>
  private let continuation: AsyncStream<(RoomID, MediaEvent)>.Continuation
  private let state: Mutex<State>

  init(isSlow: Bool = false, modes: Set<MediaMode> = [.routed, .echo]) {
    self.modes = modes
    (events, continuation) = AsyncStream.makeStream()
    state = Mutex(State(isHeld: isSlow))
  }

  func refusal(ofOffer offer: String, watching isWatching: Bool) -> MediaRefusal? { nil }

  func isFull(for room: RoomID) -> Bool { state.withLock { $0.isFull } }

  /// Has nobody more served, or everybody again.
  func fill(_ isFull: Bool = true) { state.withLock { $0.isFull = isFull } }

  func perform(_ command: MediaCommand, in room: RoomID) async {
    while state.withLock({ $0.isHeld }) { await Task.yield() }
    state.withLock { state in
      state.commands.append(command)
      state.room = room
    }
  }

  /// The room that was asked about last.
  var room: RoomID? { state.withLock { $0.room } }

  /// Tells something of this room, or of the one asked about last.
  func report(_ event: MediaEvent, in room: RoomID? = nil) {
    if let room = room ?? self.room { continuation.yield((room, event)) }
  }

  func release() { state.withLock { $0.isHeld = false } }

  /// The commands once there are so many, or those there are after a second.
  func commands(_ count: Int) async -> [MediaCommand] {
    for _ in 0..<1000 where state.withLock({ $0.commands.count }) < count {
      try? await Task.sleep(for: .milliseconds(1))
    }
    return state.withLock { $0.commands }
  }
}
