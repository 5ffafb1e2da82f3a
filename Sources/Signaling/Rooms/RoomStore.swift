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

    var isEmpty: Bool { changed.isEmpty && ended.isEmpty }
  }

  /// A policy names at most a full room and its bans.
  private static let maximumFileBytes = 4 << 20
  private static let suffix = ".json"

  private let directory: String
  private let threads = NIOThreadPool(numberOfThreads: 1)
  private let marks = Mutex(Marks())
  /// The flush that was asked for last; each waits for the one before, so that an older policy never replaces a newer one.
  private let flushing = Mutex<Task<Void, Never>?>(nil)
  private let log = Logger(label: "parley.rooms")

  init(dataDirectory: String) {
    directory = dataDirectory + "/rooms"
    threads.start()
  }

  deinit {
    threads.shutdownGracefully { _ in }
  }

  /// Whether a process before this one kept rooms here.
  var isThere: Bool { access(directory, F_OK) == 0 }

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

  /// Writes and removes what is marked; on return it is on the disk.
  func flush() async {
    guard marks.withLock({ !$0.isEmpty }) || flushing.withLock({ $0 != nil }) else { return }
    let task = flushing.withLock { last in
      let task = Task { [last] in
        await last?.value
        await self.write()
      }
      last = task
      return task
    }
    await task.value
    flushing.withLock { last in
      if last == task { last = nil }
    }
  }

  private func write() async {
    let taken = marks.withLock { marks in
      defer { marks = Marks() }
      return marks
    }
    guard !taken.isEmpty else { return }
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
      syncDirectory()
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
    let synced = fsync(descriptor)
    close(descriptor)
    guard count == bytes.count, synced == 0, rename(temporary, path) == 0 else { return complain() }
  }

  /// Makes what was renamed and removed last (fsync(2): the file's own sync does not cover its directory).
  private func syncDirectory() {
    let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    if fsync(descriptor) != 0 { complain() }
    close(descriptor)
  }

  private func complain() {
    log.error("A room's settings cannot be written: they will not survive a restart.", metadata: ["errno": "\(errno)"])
  }
}
