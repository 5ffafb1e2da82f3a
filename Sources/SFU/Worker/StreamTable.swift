package import RTP
package import STUN

/// The TCP connections of one worker, bounded, with a deadline until which each must have proven to belong to a peer.
package struct StreamTable: ~Copyable {
  /// Names a connection for as long as it lives; a closed one's name is never given again.
  package struct Handle: Hashable, Sendable {
    fileprivate let slot: Int32
    fileprivate let generation: UInt32

    /// What a poller reports it by: slot below, generation above, so that an event of a closed connection finds nobody.
    package var token: UInt64 { UInt64(generation) << 32 | UInt64(UInt32(bitPattern: slot)) }

    package init(token: UInt64) {
      slot = Int32(bitPattern: UInt32(truncatingIfNeeded: token))
      generation = UInt32(truncatingIfNeeded: token >> 32)
    }

    fileprivate init(slot: Int32, generation: UInt32) {
      (self.slot, self.generation) = (slot, generation)
    }
  }

  private struct Entry: ~Copyable {
    var connection: StreamConnection
    /// When it is closed unless a valid connectivity check has come; nil when one has.
    var deadline: Instant?
  }

  /// More connections than this of one worker are refused.
  private static let limit = 8192
  /// A class or an office behind one address, each person with a few candidates.
  private static let limitPerAddress = 128
  /// Connecting and the first check take a few round trips.
  private static let provingTime = Duration.seconds(10)

  private let entries: UnsafeMutablePointer<Entry>
  /// Odd while the slot is taken, even while it is free.
  private let generations: UnsafeMutablePointer<UInt32>
  /// Slots without a connection; the last one is given next.
  private var free: [Int32]
  private var handles: [FiveTuple: Handle] = [:]
  private var countByAddress: [IPAddress: Int] = [:]

  package init() {
    entries = .allocate(capacity: Self.limit)
    generations = .allocate(capacity: Self.limit)
    generations.initialize(repeating: 0, count: Self.limit)
    free = (0..<Int32(Self.limit)).reversed()
  }

  deinit {
    for handle in handles.values { (entries + Int(handle.slot)).deinitialize(count: 1) }
    entries.deallocate()
    generations.deallocate()
  }

  package var count: Int { handles.count }

  /// Takes a connection in; nil (and it is closed) when there are too many, in all or from its address.
  package mutating func insert(_ connection: consuming StreamConnection, at now: Instant) -> Handle? {
    let path = connection.path
    let address = Self.address(of: path)
    guard countByAddress[address, default: 0] < Self.limitPerAddress, handles[path] == nil,
      let slot = free.popLast()
    else { return nil }
    generations[Int(slot)] &+= 1
    let handle = Handle(slot: slot, generation: generations[Int(slot)])
    (entries + Int(slot)).initialize(to: Entry(connection: connection, deadline: now + Self.provingTime))
    handles[path] = handle
    countByAddress[address, default: 0] += 1
    return handle
  }

  /// The connection of a path.
  package func handle(of path: FiveTuple) -> Handle? { handles[path] }

  /// Calls `body` with a connection; nil when it is closed already.
  package mutating func with<Result>(_ handle: Handle, _ body: (inout StreamConnection) -> Result) -> Result? {
    guard isOpen(handle) else { return nil }
    return body(&entries[Int(handle.slot)].connection)
  }

  /// The connection has carried a valid check: it may stay for as long as its peer.
  package mutating func prove(_ path: FiveTuple) {
    guard let handle = handles[path] else { return }
    entries[Int(handle.slot)].deadline = nil
  }

  /// Closes a connection; returns its path, or nil when it was closed already.
  package mutating func close(_ handle: Handle) -> FiveTuple? {
    guard isOpen(handle) else { return nil }
    let slot = Int(handle.slot)
    let path = entries[slot].connection.path
    (entries + slot).deinitialize(count: 1)
    generations[slot] &+= 1
    free.append(handle.slot)
    handles[path] = nil
    let address = Self.address(of: path)
    countByAddress[address, default: 1] -= 1
    if countByAddress[address] == 0 { countByAddress[address] = nil }
    return path
  }

  /// The connections that have not proven themselves in time.
  package func overdue(at now: Instant) -> [Handle] {
    handles.values.filter { handle in
      guard let deadline = entries[Int(handle.slot)].deadline else { return false }
      return deadline <= now
    }
  }

  /// What connections are counted by: a whole IPv4 address, or the /64 that one household is given.
  private static func address(of path: FiveTuple) -> IPAddress {
    path.remote.ip.family == .ipv6 ? path.remote.ip.prefix(64) : path.remote.ip
  }

  /// Whether it has carried a valid check.
  package func isProven(_ handle: Handle) -> Bool {
    isOpen(handle) && entries[Int(handle.slot)].deadline == nil
  }

  private func isOpen(_ handle: Handle) -> Bool {
    (0..<Int32(Self.limit)).contains(handle.slot) && generations[Int(handle.slot)] == handle.generation
      && handle.generation & 1 == 1
  }
}
