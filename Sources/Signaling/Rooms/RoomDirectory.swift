import Synchronization

/// Which rooms there are, by name: the one place that makes and forgets them.
final class RoomDirectory: Sendable {
  private struct State {
    var rooms: [RoomName: Room] = [:]
    var byID: [RoomID: Room] = [:]
    /// Rooms of the process before this one to which nobody has returned yet.
    var kept: [RoomName: RoomPolicy] = [:]
    var made: RateTable<ClientAddress.Prefix>
  }

  let environment: RoomEnvironment
  private let deadlines: DeadlineQueue
  private let store: RoomStore?
  private let state: Mutex<State>
  /// When this process began: what it gave out itself speaks of rooms that must be here.
  private let startedAt: Timestamp
  /// Until when somebody may return to a room of the process before.
  private let keptUntil: Timestamp
  /// Whether a token alone may make its room anew: only where nothing was kept that knows better.
  private let believesTokens: Bool

  init(environment: RoomEnvironment, deadlines: DeadlineQueue, store: RoomStore?) {
    self.environment = environment
    self.deadlines = deadlines
    self.store = store
    let now = environment.clock.now()
    startedAt = now
    keptUntil = now + environment.parameters.times.restartGrace
    believesTokens = store.map { !$0.isThere } ?? true
    var state = State(made: RateTable(environment.parameters.limits.roomsMade))
    for policy in store?.load(at: now) ?? [] { state.kept[policy.settings.name] = policy }
    self.state = Mutex(state)
  }

  private static let tooManyRooms = SignalingError(
    .tooManyRooms, "This server has as many rooms as it can.", retryAfter: .seconds(60))

  // MARK: Finding

  /// The room of this name, made if there is none; making is limited for each address.
  func room(named name: RoomName, madeFor address: ClientAddress.Prefix) throws(SignalingError) -> Room {
    let now = environment.clock.now()
    let result: Result<Room, SignalingError> = state.withLock { state in
      if let room = state.rooms[name] { return .success(room) }
      if let room = revive(name, in: &state, at: now) { return .success(room) }
      guard state.rooms.count < environment.parameters.limits.rooms else { return .failure(Self.tooManyRooms) }
      if let wait = state.made.take(address, at: now) {
        return .failure(SignalingError(.tooManyRooms, "You are making rooms too quickly.", retryAfter: wait))
      }
      let fresh = RoomState(name: name, life: Self.newLife(), parameters: environment.parameters, at: now)
      return .success(add(fresh, to: &state))
    }
    return try result.get()
  }

  /// The room a token speaks of: the living one, the one kept over a restart, or, where nothing was kept, one made of the token alone.
  func room(for statement: ResumeToken) throws(SignalingError) -> Room {
    let name = try RoomName(statement.room)
    let now = environment.clock.now()
    let result: Result<Room, SignalingError> = state.withLock { state in
      if let room = state.rooms[name] ?? revive(name, in: &state, at: now) { return .success(room) }
      guard mayMakeRoom(of: statement, at: now) else {
        return .failure(SignalingError(.tokenExpired, "This meeting is over: join again."))
      }
      guard state.rooms.count < environment.parameters.limits.rooms else { return .failure(Self.tooManyRooms) }
      let fresh = RoomState(statement: statement, name: name, parameters: environment.parameters, at: now)
      return .success(add(fresh, to: &state))
    }
    return try result.get()
  }

  /// Whether the token is of the process before this one and of somebody who was in the room, and there is nobody else to ask.
  private func mayMakeRoom(of statement: ResumeToken, at now: Timestamp) -> Bool {
    believesTokens && !statement.isWaiting && statement.issuedAt < startedAt && now < keptUntil
  }

  /// The living room a token speaks of.
  func livingRoom(for statement: ResumeToken) -> Room? {
    guard let name = try? RoomName(statement.room) else { return nil }
    return state.withLock { $0.rooms[name] }
  }

  /// The living room of this name.
  func livingRoom(named name: RoomName) -> Room? {
    state.withLock { $0.rooms[name] }
  }

  /// The room of this name, living or kept over a restart.
  func existingRoom(named name: RoomName) -> Room? {
    let now = environment.clock.now()
    return state.withLock { $0.rooms[name] ?? revive(name, in: &$0, at: now) }
  }

  func room(_ id: RoomID) -> Room? {
    state.withLock { $0.byID[id] }
  }

  var all: [Room] { state.withLock { Array($0.rooms.values) } }

  // MARK: Keeping

  /// Marks a room as changed in what must survive a restart.
  func keep(_ room: Room) {
    store?.keep(room)
  }

  func schedule(_ room: Room, at time: Timestamp) {
    deadlines.add(.room(room.id), at: time)
  }

  /// Forgets a room that has ended.
  func remove(_ room: Room) {
    state.withLock { state in
      if state.rooms[room.name] === room { state.rooms[room.name] = nil }
      state.byID[room.id] = nil
    }
    store?.drop(room)
  }

  /// Forgets the kept rooms when the time to return to them is over.
  func forgetKept(at now: Timestamp) {
    guard now >= keptUntil else { return }
    let forgotten = state.withLock { state in
      defer { state.kept = [:] }
      return Array(state.kept.values)
    }
    for policy in forgotten { store?.drop(life: policy.life) }
  }

  private func revive(_ name: RoomName, in state: inout State, at now: Timestamp) -> Room? {
    guard let policy = state.kept.removeValue(forKey: name) else { return nil }
    return add(RoomState(policy: policy, parameters: environment.parameters, at: now), to: &state)
  }

  private func add(_ fresh: RoomState, to state: inout State) -> Room {
    let deadline = fresh.nextDeadline
    let room = Room(state: fresh, environment: environment, directory: self)
    state.rooms[room.name] = room
    state.byID[room.id] = room
    // A room that nobody enters after all must end as well.
    if let deadline { deadlines.add(.room(room.id), at: deadline) }
    return room
  }

  private static func newLife() -> String {
    var generator = SystemRandomNumberGenerator()
    return randomCharacters(13, using: &generator)
  }
}
