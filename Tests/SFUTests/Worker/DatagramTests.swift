import Glibc
import RTP
import SFU
import STUN
import Testing

@Suite struct DatagramTests {
  private static let loopback4 = IPAddress(ipv4: 0x7F00_0001)
  private static let loopback6 = IPAddress(ipv6: 0, 1)
  private static let wildcard6 = IPAddress(ipv6: 0, 0)

  @Test(arguments: [loopback4, loopback6])
  func carriesBytesAddressesAndArrival(ip: IPAddress) throws {
    let receiving = try DatagramSocket(binding: TransportAddress(ip, port: 0))
    let sending = try DatagramSocket(binding: TransportAddress(ip, port: 0))
    var sender = DatagramSender()

    let before = SystemClock.now
    write([1, 2, 3], to: receiving.address, with: &sender)
    sender.flush(to: sending)
    let got = receiveAll(from: receiving, count: 1)

    #expect(got.map(\.bytes) == [[1, 2, 3]])
    #expect(got.first?.datagram.remote == sending.address)
    #expect(got.first?.datagram.local == receiving.address)
    let arrival = try #require(got.first?.datagram.arrival)
    #expect(arrival >= before - .milliseconds(50) && arrival <= SystemClock.now + .milliseconds(50))
  }

  @Test func aDualStackSocketSpeaksBothFamiliesAndAnswersFromTheAddressAsked() throws {
    let server = try DatagramSocket(binding: TransportAddress(Self.wildcard6, port: 0))
    let asked = TransportAddress(IPAddress(ipv4: 0x7F00_0005), port: server.address.port)
    let client = try DatagramSocket(binding: TransportAddress(Self.loopback4, port: 0))
    var sender = DatagramSender()

    write([9], to: asked, with: &sender)
    sender.flush(to: client)
    let request = try #require(receiveAll(from: server, count: 1).first)
    #expect(request.datagram.local == asked)
    #expect(request.datagram.remote == client.address)
    write([8], to: request.datagram.remote, from: request.datagram.local.ip, with: &sender)
    sender.flush(to: server)
    let answer = try #require(receiveAll(from: client, count: 1).first)

    #expect(answer.bytes == [8])
    #expect(answer.datagram.remote == asked)
  }

  @Test func equalLengthsToOnePeerLeaveAsOneSendAndArriveApart() throws {
    let receiving = try DatagramSocket(binding: TransportAddress(Self.loopback4, port: 0))
    let sending = try DatagramSocket(binding: TransportAddress(Self.loopback4, port: 0))
    var sender = DatagramSender()
    let payloads = (0..<8).map { [UInt8](repeating: UInt8($0), count: $0 == 7 ? 300 : 1000) }

    for payload in payloads { write(payload, to: receiving.address, with: &sender) }
    sender.flush(to: sending)
    let got = receiveAll(from: receiving, count: payloads.count)

    #expect(got.map(\.bytes) == payloads)
    #expect(sender.statistics.sent == 8)
    #expect(sender.statistics.systemCalls == 1)
  }

  @Test func anUnreachablePeerCostsOnlyItsOwnDatagrams() throws {
    let receiving = try DatagramSocket(binding: TransportAddress(Self.loopback4, port: 0))
    let sending = try DatagramSocket(binding: TransportAddress(Self.loopback4, port: 0))
    var sender = DatagramSender()

    write([1], to: TransportAddress(IPAddress(ipv6: 0x2001_0DB8 << 32, 1), port: 9), with: &sender)
    write([2], to: receiving.address, with: &sender)
    sender.flush(to: sending)
    let got = receiveAll(from: receiving, count: 1)

    #expect(got.map(\.bytes) == [[2]])
    #expect(sender.statistics.droppedUnreachable == 1)
    #expect(sender.count == 0)
  }

  @Test func whatIsLongerThanASlotIsDroppedAndItsSlotFreed() throws {
    let receiving = try DatagramSocket(binding: TransportAddress(Self.loopback4, port: 0))
    let sending = try DatagramSocket(binding: TransportAddress(Self.loopback4, port: 0))
    var sender = DatagramSender()
    var receiver = DatagramReceiver()
    var slab = PacketSlab(slotCount: 8)
    let tooLong = [UInt8](repeating: 7, count: PacketSlab.slotByteCount + 1)
    let address = UnsafeMutableRawPointer.allocate(byteCount: KernelAddress.byteCount, alignment: 8)
    defer { address.deallocate() }
    let length = try #require(KernelAddress.write(receiving.address, for: .ipv4, to: address))
    let sentCount = sendto(
      sending.descriptor, tooLong, tooLong.count, 0, address.assumingMemoryBound(to: sockaddr.self), length)
    try #require(sentCount == tooLong.count)
    write([5], to: receiving.address, with: &sender)
    sender.flush(to: sending)

    var lengths: [Int] = []
    while lengths.isEmpty {
      _ = receiver.receive(
        from: receiving, into: &slab, realtimeOffset: SystemClock.realtimeOffset, now: SystemClock.now
      ) {
        lengths.append($0.byteCount)
        $1.release($0.slot)
      }
    }

    #expect(lengths == [1])
    #expect(slab.freeCount == 8)
  }

  @Test func anEmptySlabLosesNothingButTheDatagrams() throws {
    let receiving = try DatagramSocket(binding: TransportAddress(Self.loopback4, port: 0))
    var receiver = DatagramReceiver()
    var slab = PacketSlab(slotCount: 1)
    let taken = slab.take()
    let slot = try #require(taken)

    let count = receiver.receive(from: receiving, into: &slab, realtimeOffset: 0, now: .zero) { _, _ in
      Issue.record("nothing can be received without a slot")
    }

    #expect(count == 0)
    slab.release(slot)
    #expect(slab.freeCount == 1)
  }

  private struct Received {
    let bytes: [UInt8]
    let datagram: DatagramReceiver.Datagram
  }

  private func write(
    _ bytes: [UInt8], to remote: TransportAddress, from local: IPAddress? = nil, with sender: inout DatagramSender
  ) {
    sender.nextSlot.copyBytes(from: bytes)
    sender.append(byteCount: bytes.count, to: remote, from: local)
  }

  /// Receives until `count` datagrams are there; the poller waits for them, at most five seconds.
  private func receiveAll(from socket: borrowing DatagramSocket, count: Int) -> [Received] {
    var receiver = DatagramReceiver()
    var slab = PacketSlab(slotCount: 64)
    var got: [Received] = []
    guard let poller = try? Poller(), (try? poller.watch(socket.descriptor, token: 1)) != nil else { return [] }
    let limit = SystemClock.now + .seconds(5)
    while got.count < count, SystemClock.now < limit {
      poller.wait(until: limit, now: SystemClock.now) { _ in }
      _ = receiver.receive(
        from: socket, into: &slab, realtimeOffset: SystemClock.realtimeOffset, now: SystemClock.now
      ) { datagram, slab in
        got.append(Received(bytes: Array(slab.bytes(of: datagram.slot)[..<datagram.byteCount]), datagram: datagram))
        slab.release(datagram.slot)
      }
    }
    return got
  }
}
