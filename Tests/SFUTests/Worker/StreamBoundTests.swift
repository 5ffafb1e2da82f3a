import Glibc
import RTP
import SFU
import STUN
import Testing

/// What a client of TCP can make the server hold.
@Suite struct StreamBoundTests {
  @Test func aReaderThatNeverCatchesUpHoldsABoundedQueue() throws {
    var (ours, theirs) = try socketPair()
    defer { close(theirs) }
    var connection = StreamConnection(adopting: ours, path: Self.path(from: IPAddress(ipv4: 1), port: 1))
    ours = -1
    let datagram = [UInt8](repeating: 7, count: 1000)
    var (held, sent) = (0, 0)

    // Each round the reader takes less than what comes, so the queue is never empty.
    while sent < 8 << 20 {
      for _ in 0..<64 {
        connection.send(datagram.span.bytes)
        sent += datagram.count
      }
      let outcome = connection.flush()
      #expect(outcome == .open)
      read(theirs, atMost: 32_000)
      held = max(held, connection.heldByteCount)
    }

    let (isBehind, dropped) = (connection.hasQueue, connection.droppedCount)
    #expect(isBehind && dropped > 0)
    #expect(held <= 2 * 256 << 10 + 2048, "\(held)")
  }

  @Test func theAddressesOfOneHouseholdShareOneLimit() throws {
    var table = StreamTable()

    let household = try (0..<140).filter { try insert(from: IPAddress(ipv6: 0x2001_0DB8 << 32, UInt64($0)), &table) }
    let another = try insert(from: IPAddress(ipv6: 0x2001_0DB8 << 32 + 1, 1), &table)

    #expect(household.count == 128)
    #expect(another)
  }

  private func insert(from ip: IPAddress, _ table: inout StreamTable) throws -> Bool {
    let (ours, theirs) = try socketPair()
    close(theirs)
    return table.insert(StreamConnection(adopting: ours, path: Self.path(from: ip, port: 9)), at: .zero) != nil
  }

  private static func path(from ip: IPAddress, port: UInt16) -> FiveTuple {
    FiveTuple(
      .tcp, local: TransportAddress(IPAddress(ipv4: 0x7F00_0001), port: 3478), remote: TransportAddress(ip, port: port))
  }

  private func socketPair() throws -> (Int32, Int32) {
    var descriptors: [Int32] = [0, 0]
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    try #require(socketpair(AF_UNIX, kind, 0, &descriptors) == 0)
    return (descriptors[0], descriptors[1])
  }

  private func read(_ descriptor: Int32, atMost count: Int) {
    var bytes = [UInt8](repeating: 0, count: count)
    _ = Glibc.read(descriptor, &bytes, count)
  }
}
