/// Packets of one stream that have been read and go to its subscribers together: fixed memory.
///
/// Each subscription decides on all of them before the next is looked at, so that its state is fetched once.
struct RoutedRow: ~Copyable {
  private let packets: UnsafeMutablePointer<RoutedPacket>
  private(set) var count = 0

  init() {
    packets = .allocate(capacity: PictureCollector.capacity)
  }

  deinit {
    packets.deallocate()
  }

  mutating func append(_ packet: RoutedPacket) {
    precondition(count < PictureCollector.capacity, "a row is forwarded before the next begins")
    (packets + count).initialize(to: packet)  // trivial, so it is never deinitialized
    count += 1
  }

  subscript(index: Int) -> RoutedPacket {
    precondition(index >= 0 && index < count, "who reads has asked how many there are")
    return packets[index]
  }

  mutating func removeAll() {
    count = 0
  }
}
