import Glibc
import RTP
import SFU
import STUN
import Testing

@Suite struct StreamTests {
  private static let loopback = TransportAddress(IPAddress(ipv4: 0x7F00_0001), port: 0)

  @Test func framesTravelBothWays() throws {
    let listener = try StreamListener(binding: Self.loopback)
    let client = try Client(to: listener.address)
    var table = StreamTable()
    let handle = try #require(accept(listener, into: &table))

    client.write([0, 3, 1, 2, 3, 0, 0, 0, 2, 9])
    let first = receive(handle, &table, count: 1)
    client.write([8])
    let second = receive(handle, &table, count: 1)
    _ = table.with(handle) { connection in
      connection.send(([5, 6] as [UInt8]).span.bytes)
      return connection.flush()
    }

    #expect(first == [[1, 2, 3]])
    #expect(second == [[9, 8]])
    #expect(client.read(count: 4) == [0, 2, 5, 6])
  }

  @Test func aStreamThatIsNotFramedEnds() throws {
    let listener = try StreamListener(binding: Self.loopback)
    let client = try Client(to: listener.address)
    var table = StreamTable()
    let handle = try #require(accept(listener, into: &table))

    client.write(Array("GET / HTTP/1.1\r\n\r\n".utf8))

    #expect(outcome(handle, &table) == .ended)
  }

  @Test func aPeerThatGoesAwayEndsItsConnection() throws {
    let listener = try StreamListener(binding: Self.loopback)
    let client = try Client(to: listener.address)
    var table = StreamTable()
    let handle = try #require(accept(listener, into: &table))

    client.close()
    #expect(outcome(handle, &table) == .ended)
    let path = table.close(handle)

    #expect(path?.transport == .tcp)
    #expect(table.count == 0)
    #expect(table.close(handle) == nil)
    #expect(table.with(handle) { _ in 0 } == nil)
  }

  @Test func whatASlowReaderDoesNotTakeIsDroppedWhole() throws {
    let listener = try StreamListener(binding: Self.loopback)
    let client = try Client(to: listener.address)
    var table = StreamTable()
    let handle = try #require(accept(listener, into: &table))
    let datagram = [UInt8](repeating: 7, count: 1000)

    for _ in 0..<20_000 {
      _ = table.with(handle) { connection in
        connection.send(datagram.span.bytes)
        return connection.flush()
      }
    }
    let dropped = table.with(handle) { $0.droppedCount } ?? 0
    let expected = (20_000 - dropped) * 1002
    var taken = 0
    while taken < expected {
      taken += client.read(atMost: 1 << 20).count
      _ = table.with(handle) { $0.flush() }
    }

    #expect(dropped > 0 && dropped < 20_000)
    #expect(taken == expected)
    #expect(table.with(handle) { $0.hasQueue } == false)
  }

  @Test func aConnectionThatProvesNothingIsOverdue() throws {
    let listener = try StreamListener(binding: Self.loopback)
    let (silent, proven) = (try Client(to: listener.address), try Client(to: listener.address))
    var table = StreamTable()
    let first = try #require(accept(listener, into: &table))
    let second = try #require(accept(listener, into: &table))

    let path = try #require(table.with(second) { $0.path })
    table.prove(path)

    #expect(table.overdue(at: .zero + .seconds(9)).isEmpty)
    #expect(table.overdue(at: .zero + .seconds(10)) == [first])
    silent.close()
    proven.close()
  }

  @Test func oneAddressGetsOnlyItsShare() throws {
    let listener = try StreamListener(binding: Self.loopback)
    var table = StreamTable()
    var clients: [Client] = []
    var accepted = 0

    for _ in 0..<140 {
      clients.append(try Client(to: listener.address))
      if accept(listener, into: &table) != nil { accepted += 1 }
    }

    #expect(accepted == 128)
    #expect(table.count == 128)
  }

  private func accept(_ listener: borrowing StreamListener, into table: inout StreamTable) -> StreamTable.Handle? {
    waitForInput(listener.descriptor)
    guard let connection = listener.accept() else { return nil }
    return table.insert(connection, at: .zero)
  }

  private func receive(_ handle: StreamTable.Handle, _ table: inout StreamTable, count: Int) -> [[UInt8]] {
    var datagrams: [[UInt8]] = []
    var scratch: [UInt8] = []
    while datagrams.count < count {
      if let descriptor = table.with(handle, { $0.descriptor }) { waitForInput(descriptor) }
      let outcome = table.with(handle) { connection in
        connection.receive(using: &scratch) { datagrams.append($0.withUnsafeBytes { Array($0) }) }
      }
      guard outcome == .open else { return datagrams }
    }
    return datagrams
  }

  private func outcome(_ handle: StreamTable.Handle, _ table: inout StreamTable) -> StreamConnection.Outcome? {
    var scratch: [UInt8] = []
    if let descriptor = table.with(handle, { $0.descriptor }) { waitForInput(descriptor) }
    return table.with(handle) { $0.receive(using: &scratch) { _ in } }
  }
}

/// Waits until a descriptor has something to read, at most five seconds.
private func waitForInput(_ descriptor: Int32) {
  var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
  _ = poll(&entry, 1, 5000)
}

/// A blocking TCP client.
private final class Client {
  private var descriptor: Int32

  init(to address: TransportAddress) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    let memory = UnsafeMutableRawPointer.allocate(byteCount: KernelAddress.byteCount, alignment: 8)
    defer { memory.deallocate() }
    let length = try #require(KernelAddress.write(address, for: .ipv4, to: memory))
    try #require(connect(descriptor, memory.assumingMemoryBound(to: sockaddr.self), length) == 0)
  }

  deinit { close() }

  func write(_ bytes: [UInt8]) {
    _ = Glibc.write(descriptor, bytes, bytes.count)
  }

  func read(atMost count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let got = Glibc.recv(descriptor, &bytes, count, 0)
    return Array(bytes.prefix(max(0, got)))
  }

  func read(count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count { bytes += read(atMost: count - bytes.count) }
    return bytes
  }

  func close() {
    guard descriptor >= 0 else { return }
    Glibc.close(descriptor)
    descriptor = -1
  }
}
