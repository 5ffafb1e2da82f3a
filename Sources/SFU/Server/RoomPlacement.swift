/// Which room is on which worker: a room is placed on the worker that has least to do when it is opened, its home.
///
/// When its home has much more to do than others, those who come only to watch are placed on another, which mirrors the room. Who
/// publishes is always at home.
package struct RoomPlacement: Sendable {
  /// What a worker is to be asked for, in order.
  package enum Step: Equatable, Sendable {
    case perform(MediaServer.Command, on: Int)
    /// Its home is to have the room mirrored, unless it is.
    case mirror(home: Int, on: Int)
  }

  private struct Room {
    let home: Int
    var mirrors: Set<Int> = []
    /// Who came with nothing to publish, and may turn out to watch.
    var idle: Set<String> = []
    var watchers: [String: Int] = [:]
  }

  /// What a room counts for beside its streams, since there are none when it is opened: those of a meeting of three, about.
  static let weightOfRoom = 16
  /// A picture and its sound.
  static let streamsOfWatcher = 2

  /// A room goes on to another worker when its home has so many streams more than that.
  private let spreadsFrom: Int
  private var rooms: [String: Room] = [:]
  private var roomCounts: [Int]
  private var watcherCounts: [Int]

  package init(workerCount: Int, spreadsFrom: Int = SFUConfiguration.defaultSpread) {
    self.spreadsFrom = spreadsFrom
    roomCounts = Array(repeating: 0, count: workerCount)
    watcherCounts = roomCounts
  }

  /// The home of a room; nil if it is not open.
  package func home(of room: String) -> Int? { rooms[room]?.home }

  /// Who is to do what for a command. `streams` is what each worker takes in and sends; nil for one that hangs, is full, or has too
  /// much to do.
  package mutating func steps(
    for command: MediaServer.Command, in room: String, streams: @autoclosure () -> [Int?]
  ) -> [Step] {
    switch command {
    case .open: return [.perform(command, on: open(room, streams: streams()))]
    case .close: return close(room).map { .perform(command, on: $0) }
    case .add(let name, let kinds):
      if kinds.isEmpty { rooms[room]?.idle.insert(name) }
      return [.perform(command, on: worker(of: name, in: room))]
    case .allow(let name, let kinds):
      if !kinds.isEmpty { rooms[room]?.idle.remove(name) }
      return [.perform(command, on: worker(of: name, in: room))]
    case .watch(let name, _, _): return place(name, in: room, for: command, streams())
    case .remove(let name):
      defer { lose(name, in: room) }
      return [.perform(command, on: worker(of: name, in: room))]
    case .offer(let name, _, _), .answer(let name, _), .restart(let name, _), .subscribe(let name, _),
      .unsubscribe(let name, _), .select(let name, _), .fragment(let name, _, _), .report(let name):
      return [.perform(command, on: worker(of: name, in: room))]
    }
  }

  /// The participant is in the room no more.
  package mutating func lose(_ name: String, in room: String) {
    rooms[room]?.idle.remove(name)
    if let worker = rooms[room]?.watchers.removeValue(forKey: name) { watcherCounts[worker] -= 1 }
  }

  // MARK: Rooms

  /// Finds a home for a room, unless it has one.
  private mutating func open(_ room: String, streams: [Int?]) -> Int {
    if let present = rooms[room] { return present.home }
    let weights = streams.indices.map { load(of: $0, streams) + roomCounts[$0] * Self.weightOfRoom }
    let home = weights.indices.min { weights[$0] < weights[$1] } ?? 0
    rooms[room] = Room(home: home)
    roomCounts[home] += 1
    return home
  }

  /// Forgets a room; returns all who have it, or one that says so if nobody does.
  package mutating func close(_ room: String) -> [Int] {
    guard let gone = rooms.removeValue(forKey: room) else { return [0] }
    roomCounts[gone.home] -= 1
    for worker in gone.watchers.values { watcherCounts[worker] -= 1 }
    return [gone.home] + gone.mirrors.sorted()
  }

  private func worker(of name: String, in room: String) -> Int {
    rooms[room]?.watchers[name] ?? rooms[room]?.home ?? 0
  }

  // MARK: Watchers

  private mutating func place(
    _ name: String, in room: String, for command: MediaServer.Command, _ streams: [Int?]
  ) -> [Step] {
    guard var present = rooms[room], present.idle.remove(name) != nil else {
      return [.perform(command, on: worker(of: name, in: room))]
    }
    let worker = workerForWatcher(of: present, streams)
    present.watchers[name] = worker
    watcherCounts[worker] += 1
    var steps: [Step] = []
    if worker != present.home {
      present.mirrors.insert(worker)
      // A worker that had no place for the room before may have one now.
      steps = [
        .mirror(home: present.home, on: worker), .perform(.remove(name), on: present.home),
        .perform(.add(name, publishing: []), on: worker),
      ]
    }
    rooms[room] = present
    return steps + [.perform(command, on: worker)]
  }

  private func workerForWatcher(of room: Room, _ streams: [Int?]) -> Int {
    let loads = streams.indices.map { load(of: $0, streams) }
    guard let least = loads.indices.min(by: { loads[$0] < loads[$1] }) else { return room.home }
    // Where it is mirrored already one more costs nothing.
    let excess = room.mirrors.contains(least) ? 2 * Self.streamsOfWatcher : spreadsFrom
    return loads[room.home] - loads[least] >= excess ? least : room.home
  }

  /// What a worker has to do; those who have just come count before their streams can be counted.
  private func load(of worker: Int, _ streams: [Int?]) -> Int {
    let expected = watcherCounts[worker] * Self.streamsOfWatcher
    // Where none is better, the one with fewest: one of them may go on.
    guard let count = streams[worker] else { return Int.max / 4 + expected }
    return max(count, expected)
  }
}
