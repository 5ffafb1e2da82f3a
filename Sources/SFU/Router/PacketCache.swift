package import RTP
package import WebRTC

/// The latest packets of one published stream in the clear, so that a subscriber's lost one can be sent again.
///
/// It holds the slots that the packets were received into, for a second and up to a megabyte; nothing is copied. A packet is found by
/// its unwrapped sequence number in a ring, which grows with the rate of the stream, so a packet that is still of use can only be
/// displaced by one that came at least `capacity` numbers later.
package struct PacketCache: ~Copyable {
  /// A packet and what is needed to send it.
  package struct Entry: Sendable {
    package var sequence: Int64
    package var timestamp: Int64
    package var slot: PacketSlab.Slot
    package var arrival: Instant
    private var payloadStart: UInt16
    private var payloadEnd: UInt16
    private var descriptorStart: UInt16 = 0
    private var descriptorByteCount: UInt16 = 0
    package var byteCount: UInt16
    package var payloadType: UInt8
    package var codec = MediaCodec.Family.opus
    package var marker: Bool
    package var startsKeyframe = false
    /// So many bytes of padding make it as long as its neighbours.
    package var fill: UInt8 = 0

    package init(
      sequence: Int64, timestamp: Int64, slot: PacketSlab.Slot, arrival: Instant, payload: Range<Int>, byteCount: Int,
      payloadType: UInt8, marker: Bool
    ) {
      (self.sequence, self.timestamp, self.slot, self.arrival) = (sequence, timestamp, slot, arrival)
      (payloadStart, payloadEnd) = (UInt16(payload.lowerBound), UInt16(payload.upperBound))
      (self.byteCount, self.payloadType, self.marker) = (UInt16(byteCount), payloadType, marker)
    }

    /// Where the media lies in the packet.
    package var payload: Range<Int> { Int(payloadStart)..<Int(payloadEnd) }

    /// Where its dependency descriptor lies; empty if it has none.
    package var descriptor: Range<Int> {
      get { Int(descriptorStart)..<Int(descriptorStart + descriptorByteCount) }
      set { (descriptorStart, descriptorByteCount) = (UInt16(newValue.lowerBound), UInt16(newValue.count)) }
    }
  }

  /// What the packets of a stream may take of the slab: a second of five megabits per second.
  package static let byteLimit = 1 << 20
  /// A power of two, for the ring is indexed by a mask.
  package static let capacity = byteLimit / PacketSlab.slotByteCount
  /// A receiver gives up sooner.
  package static let maximumAge = Duration.seconds(1)
  /// A second of sound.
  private static let initialCapacity = 64

  private static let absent = PacketSlab.Slot(index: -1)

  /// Owned, `count` of them, trivial.
  private var ring: UnsafeMutablePointer<Entry>
  private var count: Int
  /// The lowest number that may be in the ring.
  private var oldest: Int64?
  private var newest = Int64.min

  package init() {
    count = Self.initialCapacity
    ring = Self.emptyRing(of: count)
  }

  /// `releaseAll` has been called: the slots belong to a slab that this does not know.
  deinit {
    ring.deallocate()
  }

  /// Whether a packet was kept.
  package enum Outcome: Equatable {
    /// In the place of another, whose slot is free now.
    case kept(displacing: PacketSlab.Slot?)
    /// It is older than the ring reaches back, or there already.
    case refused
  }

  /// Keeps a packet.
  package mutating func keep(_ entry: Entry) -> Outcome {
    guard newest == .min || entry.sequence > newest - Int64(Self.capacity) else { return .refused }
    makeRoom(for: entry)
    let index = place(of: entry.sequence)
    let displaced = ring[index].slot == Self.absent ? nil : ring[index].slot
    guard displaced == nil || ring[index].sequence < entry.sequence else { return .refused }
    ring[index] = entry
    newest = max(newest, entry.sequence)
    oldest = max(min(oldest ?? entry.sequence, entry.sequence), newest - Int64(Self.capacity) + 1)
    return .kept(displacing: displaced)
  }

  /// Grows the ring if a packet would take the place of one that may still be asked for.
  private mutating func makeRoom(for entry: Entry) {
    while count < Self.capacity {
      let present = ring[place(of: entry.sequence)]
      guard present.slot != Self.absent, present.sequence != entry.sequence,
        entry.arrival.nanoseconds(since: present.arrival) < Self.maximumAge.nanoseconds
      else { return }
      grow()
    }
  }

  private mutating func grow() {
    let old = UnsafeMutableBufferPointer(start: ring, count: count)
    count *= 2
    ring = Self.emptyRing(of: count)
    for entry in old where entry.slot != Self.absent { ring[place(of: entry.sequence)] = entry }
    old.deallocate()
  }

  /// The packet with this number, if it is still there.
  package func find(_ sequence: Int64) -> Entry? {
    let entry = ring[place(of: sequence)]
    return entry.slot != Self.absent && entry.sequence == sequence ? entry : nil
  }

  /// Gives up the slots of packets that are too old to be asked for.
  package mutating func expire(at now: Instant, into spent: inout [PacketSlab.Slot]) {
    while let sequence = oldest, sequence <= newest {
      let index = place(of: sequence)
      // After a leap of the sender's numbers there are much older packets in the ring than those it was asked about.
      if ring[index].slot != Self.absent, ring[index].sequence <= sequence {
        guard ring[index].sequence < sequence || ring[index].arrival + Self.maximumAge <= now else { return }
        spent.append(ring[index].slot)
        ring[index].slot = Self.absent
      }
      oldest = sequence + 1
    }
  }

  /// Gives up the slots of all packets up to a number.
  package mutating func release(through last: Int64, into spent: inout [PacketSlab.Slot]) {
    while let sequence = oldest, sequence <= min(last, newest) {
      let index = place(of: sequence)
      if ring[index].slot != Self.absent, ring[index].sequence <= sequence {
        spent.append(ring[index].slot)
        ring[index].slot = Self.absent
      }
      oldest = sequence + 1
    }
  }

  /// Gives up all slots.
  package mutating func releaseAll(into spent: inout [PacketSlab.Slot]) {
    for index in 0..<count where ring[index].slot != Self.absent {
      spent.append(ring[index].slot)
      ring[index].slot = Self.absent
    }
    oldest = nil
  }

  private func place(of sequence: Int64) -> Int {
    Int(truncatingIfNeeded: sequence) & (count - 1)
  }

  private static func emptyRing(of count: Int) -> UnsafeMutablePointer<Entry> {
    let ring = UnsafeMutablePointer<Entry>.allocate(capacity: count)
    let empty = Entry(
      sequence: .min, timestamp: 0, slot: absent, arrival: .zero, payload: 0..<0, byteCount: 0, payloadType: 0,
      marker: false)
    ring.initialize(repeating: empty, count: count)
    return ring
  }
}
