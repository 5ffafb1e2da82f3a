import RTP
package import WebRTC

/// What is to be sent at the next flush, gathered by subscriber: descriptors, never copies of packets.
///
/// Gathering makes runs to one peer, which leave in one segmented send; within a peer audio goes first, then repairs, then video.
/// Fixed memory: a pool of descriptors chained by index.
package struct SendList: ~Copyable {
  /// In the order in which they are sent.
  package enum Priority: Int {
    case audio
    case repair
    case video
  }

  /// A packet and the numbers that a subscriber gets it under.
  package struct Descriptor {
    package var slot: PacketSlab.Slot
    package var byteCount: Int
    package var payload: Range<Int>
    package var subscription: Subscription.Handle
    package var packet: OutgoingPacket
    var priority: Priority
    fileprivate var next: Int32 = SendList.end

    init(
      slot: PacketSlab.Slot, byteCount: Int, payload: Range<Int>, subscription: Subscription.Handle,
      packet: OutgoingPacket, _ priority: Priority
    ) {
      (self.slot, self.byteCount, self.payload) = (slot, byteCount, payload)
      (self.subscription, self.packet, self.priority) = (subscription, packet, priority)
    }

    /// A packet that was kept.
    package init(
      _ kept: PacketCache.Entry, _ subscription: Subscription.Handle, _ packet: OutgoingPacket, _ priority: Priority
    ) {
      self.init(
        slot: kept.slot, byteCount: Int(kept.byteCount), payload: kept.payload, subscription: subscription,
        packet: packet, priority)
    }
  }

  /// The chains of one subscriber.
  struct Chains {
    fileprivate var first = InlineArray<3, Int32>(repeating: SendList.end)
    fileprivate var last = InlineArray<3, Int32>(repeating: SendList.end)

    init() {}

    /// How many packets of video.
    fileprivate(set) var videoCount = 0

    var isEmpty: Bool { first[0] == SendList.end && first[1] == SendList.end && first[2] == SendList.end }
  }

  /// A turn's packets for a few hundred subscribers; more is flushed in between.
  static let capacity = 8192
  fileprivate static let end: Int32 = -1

  private let pool: UnsafeMutablePointer<Descriptor>
  private(set) var count = 0

  init() {
    pool = .allocate(capacity: Self.capacity)
  }

  deinit {
    pool.deallocate()
  }

  var isFull: Bool { count == Self.capacity }
  var isEmpty: Bool { count == 0 }

  /// Appends to a subscriber's chain; not to be called when full.
  mutating func append(_ descriptor: Descriptor, to chains: inout Chains) {
    precondition(!isFull, "a full list is flushed before the next packet")
    (pool + count).initialize(to: descriptor)  // trivial, so it is never deinitialized
    let (index, lane) = (Int32(count), descriptor.priority.rawValue)
    count += 1
    if chains.last[lane] == Self.end {
      chains.first[lane] = index
    } else {
      pool[Int(chains.last[lane])].next = index
    }
    chains.last[lane] = index
    if descriptor.priority == .video { chains.videoCount += 1 }
  }

  /// The first descriptor to be sent to a subscriber.
  func first(of chains: Chains) -> Descriptor? {
    descriptor(chains.first[0]) ?? descriptor(chains.first[1]) ?? descriptor(chains.first[2])
  }

  /// The one to be sent after another.
  func next(after previous: Descriptor, of chains: Chains) -> Descriptor? {
    if let next = descriptor(previous.next) { return next }
    switch previous.priority {
    case .audio: return descriptor(chains.first[1]) ?? descriptor(chains.first[2])
    case .repair: return descriptor(chains.first[2])
    case .video: return nil
    }
  }

  /// Takes the first packet of sound out of a subscriber's chain; nil if there is none.
  func takeSound(from chains: inout Chains) -> Descriptor? {
    let lane = Priority.audio.rawValue
    guard let descriptor = descriptor(chains.first[lane]) else { return nil }
    chains.first[lane] = descriptor.next
    if descriptor.next == Self.end { chains.last[lane] = Self.end }
    return descriptor
  }

  private func descriptor(_ index: Int32) -> Descriptor? {
    index == Self.end ? nil : pool[Int(index)]
  }

  /// Forgets everything, after all chains have been handed over.
  mutating func removeAll() {
    count = 0
  }
}
