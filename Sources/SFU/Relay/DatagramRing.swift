internal import Synchronization

/// A bounded queue from one thread to one other, with neither lock nor allocation: one only writes, the other only reads.
///
/// What is written is seen when it is published, so a burst costs one exchange between the two cores. Each index has cache lines of
/// its own and is written by one side; either side remembers what it saw of the other's and looks again only when it has to.
package final class DatagramRing: @unchecked Sendable {  // a slot is one side's at a time, as the indices say
  /// An index whose cache lines nothing else is on, nor on the ones beside it, which processors fetch along.
  private struct Index: ~Copyable {
    private let before = InlineArray<16, UInt64>(repeating: 0)
    let value = Atomic<Int>(0)
    private let behind = InlineArray<16, UInt64>(repeating: 0)
  }

  package let slotCount: Int
  fileprivate let hops: UnsafeMutablePointer<Hop>
  fileprivate let memory: UnsafeMutableRawPointer
  /// How much has been written, and read, since the beginning; a slot is named by the number modulo `slotCount`.
  private let written = Index()
  private let read = Index()

  /// A ring of at least so many slots, each as long as one of a slab.
  package init(slotCount: Int) {
    precondition(slotCount > 0 && slotCount & (slotCount - 1) == 0, "numbers are made places by a mask")
    self.slotCount = slotCount
    hops = .allocate(capacity: slotCount)
    memory = .allocate(byteCount: slotCount * PacketSlab.slotByteCount, alignment: 64)
  }

  deinit {
    for number in read.value.load(ordering: .acquiring)..<written.value.load(ordering: .acquiring) {
      // Nobody is there any more to take it, so it is closed.
      if case .connection(let path, let descriptor) = hops[number & (slotCount - 1)].kind {
        _ = StreamConnection(adopting: descriptor, path: path)
      }
    }
    hops.deallocate()
    memory.deallocate()
  }

  fileprivate func bytes(at number: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(
      start: memory + (number & (slotCount - 1)) * PacketSlab.slotByteCount, count: PacketSlab.slotByteCount)
  }
}

extension DatagramRing {
  /// The end that one thread writes to. There is one of a ring.
  package struct Writer: ~Copyable {
    private let ring: DatagramRing
    private var end = 0
    private var published = 0
    /// As far as the reader was when it was last looked.
    private var readBefore = 0

    package init(_ ring: DatagramRing) {
      self.ring = ring
    }

    deinit {
      ring.written.value.store(end, ordering: .releasing)
    }

    /// Writes a record, which is not seen before `publish`; false if the bytes are longer than a slot, or the ring is full, to
    /// which some slots that are left to others count.
    package mutating func write(_ kind: Hop.Kind, _ bytes: UnsafeRawBufferPointer, leaving reserve: Int = 0) -> Bool {
      guard hasRoom(leaving: reserve), bytes.count <= PacketSlab.slotByteCount else { return false }
      (ring.hops + (end & (ring.slotCount - 1))).initialize(to: Hop(kind, byteCount: bytes.count))
      ring.bytes(at: end).copyMemory(from: bytes)
      end += 1
      return true
    }

    package var slotCount: Int { ring.slotCount }

    private mutating func hasRoom(leaving reserve: Int) -> Bool {
      guard end - readBefore + reserve >= ring.slotCount else { return true }
      readBefore = ring.read.value.load(ordering: .acquiring)
      return end - readBefore + reserve < ring.slotCount
    }

    /// Has the reader see everything that was written; false if there is nothing new.
    ///
    /// In the one order of all such stores and loads (`sequentiallyConsistent`): a reader that goes to sleep says so first and
    /// looks then, a writer publishes first and looks then whether the reader sleeps; so one of the two sees the other.
    package mutating func publish() -> Bool {
      guard published != end else { return false }
      ring.written.value.store(end, ordering: .sequentiallyConsistent)
      published = end
      return true
    }
  }

  /// The end that one thread reads from. There is one of a ring.
  package struct Reader: ~Copyable {
    private let ring: DatagramRing
    private var next = 0
    /// As far as the writer was when it was last looked.
    private var writtenBefore = 0

    package init(_ ring: DatagramRing) {
      self.ring = ring
    }

    /// Whether nothing has been published that was not read; in one order with what the writer does.
    package var isEmpty: Bool { ring.written.value.load(ordering: .sequentiallyConsistent) == next }

    /// How many records there are now.
    package mutating func count() -> Int {
      writtenBefore = ring.written.value.load(ordering: .acquiring)
      return writtenBefore - next
    }

    /// The oldest record, which stays until `removeFirst`; nil when there is none.
    package mutating func first() -> Hop? {
      if next == writtenBefore { writtenBefore = ring.written.value.load(ordering: .acquiring) }
      return next == writtenBefore ? nil : ring.hops[next & (ring.slotCount - 1)]
    }

    /// The bytes of the oldest record. Unsafe: valid until `removeFirst`.
    package func bytes(of hop: Hop) -> UnsafeRawBufferPointer {
      UnsafeRawBufferPointer(rebasing: ring.bytes(at: next)[..<hop.byteCount])
    }

    /// Gives the slot of the oldest record back to the writer.
    package mutating func removeFirst() {
      precondition(next < writtenBefore, "who removes has seen that there is something")
      next += 1
      ring.read.value.store(next, ordering: .releasing)
    }
  }
}
