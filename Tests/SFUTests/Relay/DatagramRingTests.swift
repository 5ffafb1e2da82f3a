import Glibc
import RTP
import SFU
import STUN
import Synchronization
import TestSupport
import Testing

/// A queue from one thread to one other.
@Suite struct DatagramRingTests {
  private static let path = FiveTuple(
    .udp, local: TransportAddress(ServerUnderTest.loopback4, port: 1),
    remote: TransportAddress(ServerUnderTest.loopback6, port: 2))
  private static let kind = Hop.Kind.datagram(path, arrival: Instant(nanoseconds: 7))

  @Test func whatIsWrittenIsReadInOrderWhenItIsPublished() {
    let ring = DatagramRing(slotCount: 4)
    var writer = DatagramRing.Writer(ring)
    var reader = DatagramRing.Reader(ring)

    _ = Self.write([1, 2, 3], Self.kind, &writer)
    _ = Self.write([], .claim(Self.path), &writer)
    let (isUnseen, before) = (reader.isEmpty, reader.first() == nil)
    let isNew = writer.publish()
    let isOld = !writer.publish()

    let records = [Self.read(&reader), Self.read(&reader), Self.read(&reader)]
    let isEmpty = reader.isEmpty

    #expect(isUnseen && before && isNew && isOld && isEmpty)
    #expect(records.map { $0?.1 } == [[1, 2, 3], [], nil])
    #expect(records[0]?.0.kind.path == Self.path && records[0]?.0.kind.arrival == Instant(nanoseconds: 7))
    #expect(records[1]?.0.kind.path == Self.path && records[1]?.0.kind.arrival == nil)
  }

  @Test func goesRoundManyTimes() {
    let ring = DatagramRing(slotCount: 8)
    var writer = DatagramRing.Writer(ring)
    var reader = DatagramRing.Reader(ring)
    var generator = SeededGenerator(seed: 5)
    var (written, read) = (0, 0)

    for _ in 0..<500 {
      for _ in 0..<Int.random(in: 0...8, using: &generator) where Self.write(Self.bytes(written), Self.kind, &writer) {
        written += 1
      }
      _ = writer.publish()
      for _ in 0..<Int.random(in: 0...8, using: &generator) {
        guard let (_, bytes) = Self.read(&reader) else { break }
        #expect(bytes == Self.bytes(read))
        read += 1
      }
    }

    #expect(read > 1000 && written - read <= 8, "\(written) \(read)")
  }

  @Test func takesNothingWhenItIsFullAndGoesOnWhenThereIsRoom() {
    let ring = DatagramRing(slotCount: 4)
    var writer = DatagramRing.Writer(ring)
    var reader = DatagramRing.Reader(ring)

    var taken: [Int] = []
    for number in 0..<6 where Self.write(Self.bytes(number), Self.kind, &writer) { taken.append(number) }
    _ = writer.publish()
    let oldest = Self.read(&reader)?.1
    let hasRoom = Self.write(Self.bytes(9), Self.kind, &writer)
    let isFull = !Self.write(Self.bytes(10), Self.kind, &writer)

    #expect(taken == [0, 1, 2, 3] && oldest == Self.bytes(0) && hasRoom && isFull)
  }

  @Test func someSlotsCanBeLeftToOthers() {
    let ring = DatagramRing(slotCount: 8)
    var writer = DatagramRing.Writer(ring)
    var reader = DatagramRing.Reader(ring)

    let modest = (0..<8).count { _ in writer.write(Self.kind, Self.nothing, leaving: 2) }
    let others = (0..<8).count { _ in writer.write(Self.kind, Self.nothing) }
    _ = writer.publish()
    let count = reader.count()
    for _ in 0..<3 { _ = Self.read(&reader) }
    let again = (0..<8).count { _ in writer.write(Self.kind, Self.nothing, leaving: 2) }

    #expect(modest == 6 && others == 2 && count == 8 && again == 1)
  }

  private static var nothing: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: nil, count: 0) }

  @Test func takesNoMoreThanASlot() {
    let ring = DatagramRing(slotCount: 2)
    var writer = DatagramRing.Writer(ring)

    let fits = Self.write([UInt8](repeating: 1, count: PacketSlab.slotByteCount), Self.kind, &writer)
    let doesNotFit = !Self.write([UInt8](repeating: 1, count: PacketSlab.slotByteCount + 1), Self.kind, &writer)

    #expect(fits && doesNotFit)
  }

  @Test func aConnectionThatNobodyTakesIsClosed() {
    var ends: [Int32] = [0, 0]
    #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    defer { close(ends[0]) }

    Self.putAndForget(ends[1])

    var byte: UInt8 = 0
    #expect(recv(ends[0], &byte, 1, Int32(MSG_DONTWAIT)) == 0, "the other end is gone")
  }

  /// Two threads at full speed: every record comes once, whole and in order, or was refused; and who sleeps is woken.
  @Test(.timeLimit(.minutes(2))) func nothingIsLostOrTornBetweenThreads() throws {
    let count = 200_000
    let ring = DatagramRing(slotCount: 64)
    let poller = try Poller()
    let doorbell = Doorbell(poller.bell)
    let wakes = Wakes()
    let thread = Thread {
      var writer = DatagramRing.Writer(ring)
      var generator = SeededGenerator(seed: 8)
      var number = 0
      while number < count {
        let burst = min(Int.random(in: 1...48, using: &generator), count - number)
        for _ in 0..<burst where Self.write(Self.bytes(number), Self.kind, &writer) { number += 1 }
        if writer.publish(), doorbell.ring() { wakes.count.add(1, ordering: .relaxed) }
        if number % 1024 == 0 { usleep(200) }  // so that the reader falls asleep
      }
    }

    var reader = DatagramRing.Reader(ring)
    var (next, torn, sleeps, attempts) = (0, 0, 0, 0)
    while next < count {
      doorbell.lieDown()
      attempts += 1
      if reader.isEmpty {
        sleeps += 1
        let before = SystemClock.now
        poller.wait(until: before + .seconds(5), now: before) { _ in }
        try #require(SystemClock.now < before + .seconds(5), "nobody rang")
      }
      doorbell.getUp()
      while let (_, bytes) = Self.read(&reader) {
        if bytes != Self.bytes(next) { torn += 1 }
        next += 1
      }
    }
    thread.join()

    #expect(next == count && torn == 0)
    let rings = wakes.count.load(ordering: .relaxed)
    #expect(sleeps > 0 && rings >= sleeps, "whoever slept was woken")
    #expect(rings <= attempts, "once, however much was put there meanwhile")
  }

  // MARK: Bytes

  /// A number and as many bytes after it as it says, so that what is torn is seen.
  private static func bytes(_ number: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
      + [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: number % 97)
  }

  private static func write(_ bytes: [UInt8], _ kind: Hop.Kind, _ writer: inout DatagramRing.Writer) -> Bool {
    bytes.withUnsafeBytes { writer.write(kind, $0) }
  }

  private static func read(_ reader: inout DatagramRing.Reader) -> (Hop, [UInt8])? {
    guard let hop = reader.first() else { return nil }
    let bytes = Array(reader.bytes(of: hop))
    reader.removeFirst()
    return (hop, bytes)
  }

  private static func putAndForget(_ descriptor: Int32) {
    let ring = DatagramRing(slotCount: 2)
    var writer = DatagramRing.Writer(ring)
    _ = write([], .connection(path, descriptor: descriptor), &writer)
  }
}

extension Hop.Kind {
  fileprivate var path: FiveTuple? {
    switch self {
    case .datagram(let path, _), .claim(let path), .release(let path), .connection(let path, _): path
    case .media, .padding: nil
    }
  }

  fileprivate var arrival: Instant? {
    guard case .datagram(_, let arrival) = self else { return nil }
    return arrival
  }
}

private final class Wakes: Sendable {
  let count = Atomic<Int>(0)
}

/// A thread that is waited for.
private final class Thread: Sendable {
  private let isDone = Atomic<Bool>(false)

  init(_ body: @escaping @Sendable () -> Void) {
    _ = WorkerThread.start(named: "writer") { [self] in
      body()
      isDone.store(true, ordering: .releasing)
    }
  }

  func join() {
    while !isDone.load(ordering: .acquiring) { usleep(100) }
  }
}
