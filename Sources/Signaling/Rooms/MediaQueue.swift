import Synchronization

/// The commands of one room to the media plane, done one after the other in the order in which the room gave them.
///
/// Adding is synchronous, so that the room's state never waits for media. The task that does them ends when there is nothing to do.
final class MediaQueue: Sendable {
  private struct State {
    var commands: [MediaCommand] = []
    var isDraining = false
  }

  private let plane: any MediaPlane
  private let room: RoomID
  private let state = Mutex(State())

  init(plane: any MediaPlane, room: RoomID) {
    self.plane = plane
    self.room = room
  }

  func append(_ command: MediaCommand) {
    let mustStart = state.withLock { state in
      state.commands.append(command)
      defer { state.isDraining = true }
      return !state.isDraining
    }
    if mustStart { Task { await drain() } }
  }

  private func drain() async {
    while let commands = take() {
      for command in commands { await plane.perform(command, in: room) }
    }
  }

  private func take() -> [MediaCommand]? {
    state.withLock { state in
      guard !state.commands.isEmpty else {
        state.isDraining = false
        return nil
      }
      defer { state.commands = [] }
      return state.commands
    }
  }
}
