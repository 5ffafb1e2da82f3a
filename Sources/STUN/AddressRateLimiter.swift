package import RTP

/// Decides who may have an answer now: so many a second per address, per network, and in total.
///
/// Memory is fixed. Every entry is the single instant of the generic cell rate algorithm (ITU-T I.371), and an entry whose
/// instant has passed means the same as none, so nothing needs to be cleaned up by a timer. If a flood from forged addresses
/// displaces an entry, its owner starts afresh; the limit on the total holds all the same.
package struct AddressRateLimiter {
  /// So many events a second on the long run, and so many at once after a silence.
  package struct Rate: Sendable {
    let interval: Int64
    let tolerance: Int64

    package init(perSecond: Int, burst: Int) {
      precondition(perSecond > 0 && burst > 0, "a rate of nothing would never allow anything")
      interval = 1_000_000_000 / Int64(perSecond)
      tolerance = interval * Int64(burst - 1)
    }
  }

  /// What is allowed to one address, to its network and to all together.
  package struct Limits: Sendable {
    package var address: Rate
    package var network: Rate
    package var total: Rate

    package init(address: Rate, network: Rate, total: Rate) {
      self.address = address
      self.network = network
      self.total = total
    }
  }

  private struct Entry {
    var key: IPAddress
    /// When the owner would next be due at exactly its rate.
    var due: Instant
  }

  /// The network that shares one limit: what an access line or a small site is given (/24, /56).
  static let ipv4NetworkBits = 24
  static let ipv6NetworkBits = 56
  /// How many neighbouring slots are tried: an entry is only displaced if all are in use.
  private static let probeCount = 8

  private let limits: Limits
  private let seed: UInt64
  private let slotMask: Int
  private var addresses: [Entry]
  private var networks: [Entry]
  private var totalDue: Instant

  /// A limiter with `slotCount` entries (a power of two) for addresses and as many for networks.
  package init(_ limits: Limits, slotCount: Int = 4096, using generator: inout some RandomNumberGenerator) {
    precondition(slotCount.nonzeroBitCount == 1, "the slot count must be a power of two")
    self.limits = limits
    seed = .random(in: 0...UInt64.max, using: &generator)
    slotMask = slotCount - 1
    let empty = Entry(key: IPAddress(ipv4: 0), due: Instant(nanoseconds: .min))
    addresses = Array(repeating: empty, count: slotCount)
    networks = addresses
    totalDue = empty.due
  }

  /// Whether `ip` may have one more now; if so it is counted, if not nothing is.
  package mutating func allows(_ ip: IPAddress, at now: Instant) -> Bool {
    let network = ip.prefix(ip.family == .ipv4 ? Self.ipv4NetworkBits : Self.ipv6NetworkBits)
    let addressSlot = slot(for: ip, in: addresses)
    let networkSlot = slot(for: network, in: networks)
    guard let addressDue = Self.next(due(at: addressSlot, of: ip, in: addresses), limits.address, now),
      let networkDue = Self.next(due(at: networkSlot, of: network, in: networks), limits.network, now),
      let totalDue = Self.next(totalDue, limits.total, now)
    else { return false }
    addresses[addressSlot] = Entry(key: ip, due: addressDue)
    networks[networkSlot] = Entry(key: network, due: networkDue)
    self.totalDue = totalDue
    return true
  }

  /// The due time after one more event, or nil if it would come too early.
  private static func next(_ due: Instant, _ rate: Rate, _ now: Instant) -> Instant? {
    guard due.nanoseconds(since: now) <= rate.tolerance else { return nil }
    return max(due, now).advanced(byNanoseconds: rate.interval)
  }

  private func due(at slot: Int, of key: IPAddress, in table: [Entry]) -> Instant {
    table[slot].key == key ? table[slot].due : Instant(nanoseconds: .min)
  }

  /// The slot that holds `key`, else the one in its neighbourhood that is missed least.
  private func slot(for key: IPAddress, in table: [Entry]) -> Int {
    let first = Int(truncatingIfNeeded: mix(key)) & slotMask
    var best = first
    for distance in 0..<Self.probeCount {
      let slot = (first + distance) & slotMask
      guard table[slot].key != key else { return slot }
      if table[slot].due < table[best].due { best = slot }
    }
    return best
  }

  /// A keyed mix, so that nobody outside can aim at one neighbourhood of slots.
  private func mix(_ key: IPAddress) -> UInt64 {
    var state = seed
    for word in [key.high, key.low] {
      let product = (state ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
      state = product.high ^ product.low ^ (state >> 29)
    }
    return state ^ state >> 32
  }
}
