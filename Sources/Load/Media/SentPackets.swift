internal import RTP

/// What was sent of one layer lately, so that a packet can be made again when a receiver lacks it.
struct SentPackets {
  struct Entry {
    let packet: SyntheticPacket
    let sentAt: Instant
  }

  /// Some five seconds of a good video: as long as anybody asks.
  private static let capacity = 1024

  private var ring: [Entry?] = Array(repeating: nil, count: capacity)
  /// The number of the next packet, from zero.
  private(set) var next: Int64 = 0

  /// Takes note of the next packet and returns its number.
  mutating func append(_ packet: SyntheticPacket, at now: Instant) -> Int64 {
    defer { next += 1 }
    ring[Int(next) % Self.capacity] = Entry(packet: packet, sentAt: now)
    return next
  }

  /// A packet by its number; nil if it was never sent, or too long ago.
  subscript(number: Int64) -> Entry? {
    guard number >= 0, number < next, next - number <= Int64(Self.capacity) else { return nil }
    return ring[Int(number) % Self.capacity]
  }
}
