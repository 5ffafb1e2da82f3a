import Glibc
import Logging
import NIOPosix
import Synchronization

/// Keeps the policy of every room in a small file of its own, so that it outlives the process.
///
/// Rooms are marked as they change and written together a moment later, on a thread that serves nobody. A file is replaced as a whole
/// and removed when its room ends.
final class RoomStore: Sendable {
  private struct Marks {
    var changed: [String: Room] = [:]
    var ended: Set<String> = []
  }

  /// A policy names at most a full room and its bans.
  private static let maximumFileBytes = 4 << 20
  private static let suffix = ".json"

  private let directory: String
  private let threads = NIOThreadPool(numberOfThreads: 1)
  private let marks = Mutex(Marks())
  private let log = Logger(label: "parley.rooms")

  init(dataDirectory: String) {
    directory = dataDirectory + "/rooms"
    threads.start()
  }

  deinit {
    threads.shutdownGracefully { _ in }
  }

  func keep(_ room: Room) {
    marks.withLock { $0.changed[room.life] = room }
  }

  func drop(_ room: Room) {
    drop(life: room.life)
  }

  func drop(life: String) {
    marks.withLock { marks in
      marks.changed[life] = nil
      marks.ended.insert(life)
    }
  }

  /// Writes and removes what is marked.
  func flush() async {
    let taken = marks.withLock { marks in
      defer { marks = Marks() }
      return marks
    }
    guard !taken.changed.isEmpty || !taken.ended.isEmpty else { return }
    var files: [(path: String, bytes: [UInt8])] = []
    for (life, room) in taken.changed {
      guard let policy = await room.policy() else { continue }
      files.append((path(life), policy.encoded))
    }
    let removed = taken.ended.map(path)
    let written = files
    _ = try? await threads.runIfActive { [self] in
      if !written.isEmpty { mkdir(directory, 0o700) }
      for file in written { write(file.bytes, to: file.path) }
      for path in removed { unlink(path) }
    }
  }

  /// Reads what the process before left; what has expired or is not readable is removed. At start only, for it waits for the disk.
  func load(at now: Timestamp) -> [RoomPolicy] {
    var policies: [RoomPolicy] = []
    for name in names() {
      let path = directory + "/" + name
      guard let bytes = read(path), let policy = RoomPolicy(decoding: bytes), policy.expiresAt > now else {
        log.info("Removing a room file that has expired or cannot be read.")
        unlink(path)
        continue
      }
      policies.append(policy)
    }
    return policies
  }

  private func path(_ life: String) -> String { directory + "/" + life + Self.suffix }

  private func names() -> [String] {
    guard let stream = opendir(directory) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name.hasSuffix(Self.suffix) { names.append(name) }
    }
    return names
  }

  private func read(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      guard count >= 0, bytes.count <= Self.maximumFileBytes else { return nil }
      guard count > 0 else { return bytes }
      bytes += chunk.prefix(count)
    }
  }

  /// Writes beside the file and renames, so that it is the old or the new one whenever the machine stops.
  private func write(_ bytes: [UInt8], to path: String) {
    let temporary = path + ".new"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return complain() }
    let count = Glibc.write(descriptor, bytes, bytes.count)
    close(descriptor)
    guard count == bytes.count, rename(temporary, path) == 0 else { return complain() }
  }

  private func complain() {
    log.error("A room's settings cannot be written: they will not survive a restart.", metadata: ["errno": "\(errno)"])
  }
}
