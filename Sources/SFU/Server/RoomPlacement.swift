/// Which room is on which worker: a room is placed whole, on the worker that has least to do when it is opened, and stays there.
package struct RoomPlacement: Sendable {
  /// What a room counts for beside its streams, since there are none when it is opened: those of a meeting of three, about.
  static let weightOfRoom = 16

  private var workers: [String: Int] = [:]
  private var roomCounts: [Int]

  package init(workerCount: Int) {
    roomCounts = Array(repeating: 0, count: workerCount)
  }

  /// The worker that has a room; nil if it is not open.
  package func worker(of room: String) -> Int? { workers[room] }

  /// Finds a worker for a room, unless it has one. `streams` is what each takes in and sends; nil for one that hangs, or has too much
  /// to do.
  package mutating func open(_ room: String, streams: [Int?]) -> Int {
    if let present = workers[room] { return present }
    let worker = streams.indices.min { load(of: $0, streams) < load(of: $1, streams) } ?? 0
    workers[room] = worker
    roomCounts[worker] += 1
    return worker
  }

  /// The room is no more.
  package mutating func close(_ room: String) {
    if let worker = workers.removeValue(forKey: room) { roomCounts[worker] -= 1 }
  }

  private func load(of worker: Int, _ streams: [Int?]) -> Int {
    // Where none is better, the one with fewest rooms: one of them may go on.
    guard let count = streams[worker] else { return Int.max / 2 + roomCounts[worker] }
    return count + roomCounts[worker] * Self.weightOfRoom
  }
}
