import CAllocationCounter
import RTP
import TestSupport
import Testing
import WebRTC

struct DTLSAssociationTests {
  private func connected() -> DTLSNetwork {
    let network = DTLSNetwork()
    #expect(network.connect())
    return network
  }

  @Test(arguments: [true, false])
  func theLeaveOfOneIsAnsweredByTheOther(isClientFirst: Bool) {
    let network = connected()
    let (first, second) = isClientFirst ? (network.client, network.server) : (network.server, network.client)
    let count = second.sent.count

    first.close()
    network.run(until: network.now + .seconds(1))

    #expect(first.state == .closed)
    #expect(second.state == .closed)
    #expect(second.events.last == .closedByPeer)
    #expect(second.sent.count == count + 1, "a close_notify of its own")
  }

  /// Anybody can write an alert in plaintext, or one that is sealed with nothing.
  @Test func aForgedLeaveIsIgnored() {
    let network = connected()
    let plaintext: [UInt8] = [21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 1, 0]
    let sealed: [UInt8] = [21, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 9, 0, 26] + [UInt8](repeating: 7, count: 26)

    for _ in 0..<3000 {
      network.server.receive(plaintext, at: network.now)
      network.server.receive(sealed, at: network.now)
    }

    #expect(network.server.state == .connected)
    #expect(network.server.events.count == 1)
  }

  /// A peer that starts again needs a new association, which only an ICE restart brings.
  @Test func aNewHelloIsIgnored() {
    let network = connected()
    let count = network.server.sent.count
    let hello = network.client.sent[0]

    network.server.receive(hello, at: network.now)
    network.server.work(at: network.now)

    #expect(network.server.state == .connected)
    #expect(network.server.sent.count == count)
  }

  /// A recorded last flight of the client makes the server repeat its own, but not for ever and not at any rate.
  @Test func repeatedFlightsAreAnsweredSparingly() {
    let network = connected()
    let count = network.server.sent.count
    let lastFlight = network.client.sent[1]

    for _ in 0..<100 { network.server.receive(lastFlight, at: network.now) }
    #expect(network.server.sent.count == count + 1)

    for step in 1...10_000 {
      network.server.receive(lastFlight, at: network.now + .milliseconds(step * 10))
    }
    #expect(network.server.sent.count == count + 64)
  }

  @Test func closingBeforeTheEndSendsNothing() {
    let endpoint = DTLSEndpoint()
    endpoint.start(as: .client)
    endpoint.work()
    let count = endpoint.sent.count

    endpoint.close()
    endpoint.receive(endpoint.sent[0])
    endpoint.work()

    #expect(endpoint.state == .closed)
    #expect(endpoint.sent.count == count)
    #expect(endpoint.nextDeadline == .distantFuture)
  }

  @Test func onlySoManyHandshakesAreUnderWayAtOnce() {
    let context = DTLSContext(certificate: DTLSFixture.certificate, halfOpenLimit: 2)
    var networks = (0..<3).map { _ in
      DTLSNetwork(server: DTLSEndpoint(context), conditions: .init(delay: 10...10))
    }
    for network in networks.prefix(2) {
      network.server.start(as: .server)
      network.client.start(as: .client)
      network.run(until: .zero + .milliseconds(10))
    }
    #expect(context.halfOpenCount == 2)

    networks[2].server.start(as: .server)
    networks[2].client.start(as: .client)
    networks[2].run(until: .zero + .milliseconds(50))
    #expect(networks[2].server.sent.isEmpty)
    #expect(context.halfOpenCount == 2)

    networks.removeFirst()
    networks[1].run(until: .zero + .seconds(2)) { networks[1].server.state == .connected }
    #expect(networks[1].server.state == .connected)
    #expect(context.halfOpenCount == 1)
    networks.removeAll()
    #expect(context.halfOpenCount == 0)
  }

  @Test func aClientBeyondTheLimitTriesAgain() {
    let context = DTLSContext(certificate: DTLSFixture.certificate, halfOpenLimit: 1)
    var first: DTLSEndpoint? = DTLSEndpoint(context)
    first?.start(as: .client)
    first?.work()
    let network = DTLSNetwork(client: DTLSEndpoint(context))
    network.server.start(as: .server)
    network.client.start(as: .client)
    network.run(until: .zero + .milliseconds(250))
    #expect(network.client.sent.isEmpty)

    first = nil
    network.run(until: .zero + .seconds(2)) { network.client.state == .connected }

    #expect(network.client.state == .connected)
    #expect(context.halfOpenCount == 0)
  }

  /// Junk of every kind while the handshake runs: it is dropped, bounded, and the handshake goes on.
  @Test func junkDuringTheHandshakeIsIgnored() {
    let seed: UInt64 = 0x6347
    var generator = SeededGenerator(seed: seed)
    let network = DTLSNetwork()
    network.filter = { [unowned network] _, isForServer in
      for _ in 0..<20 {
        var junk = (0..<Int.random(in: 0...80, using: &generator)).map { _ in
          UInt8.random(in: 0...255, using: &generator)
        }
        if !junk.isEmpty, Bool.random(using: &generator) { junk[0] = UInt8.random(in: 20...63, using: &generator) }
        (isForServer ? network.server : network.client).receive(junk, at: network.now)
      }
      return true
    }

    #expect(network.connect(), "seed \(seed)")

    #expect(network.server.droppedDatagramCount >= 40)
  }

  @Test(.enabled(if: allocation_counter_is_active(), "memory is not counted under a sanitizer"))
  func theMemoryOfAPeerIsSmallOnceItIsConnected() {
    #expect(connected().server.state == .connected, "what is made only once is made now")
    let client = DTLSEndpoint()
    client.start(as: .client)
    client.work()
    var meter = MemoryMeter()

    meter.measure { $0.start() }
    let firstFlight = client.takeOutgoing()
    meter.measure { $0.take(firstFlight) }
    let halfOpen = meter.byteCount
    for datagram in meter.server.takeOutgoing() { client.receive(datagram) }
    client.work()
    let secondFlight = client.takeOutgoing()
    meter.measure { $0.take(secondFlight) }

    #expect(meter.server.state == .connected)
    #expect(halfOpen > 16 * 1024 && halfOpen < 64 * 1024, "\(halfOpen) bytes half open")
    #expect(meter.byteCount > 256 && meter.byteCount < 4 * 1024, "\(meter.byteCount) bytes connected")
  }
}

/// Counts what a server takes from the heap and keeps, its copies of sent datagrams left out.
private struct MemoryMeter {
  let server = DTLSEndpoint()
  private(set) var byteCount = 0

  mutating func measure(_ body: (DTLSEndpoint) -> Void) {
    let sentBefore = server.sent.count
    let before = allocated_byte_count()
    body(server)
    byteCount += allocated_byte_count() - before
    byteCount -= server.sent.dropFirst(sentBefore).reduce(0) { $0 + $1.count + 32 }
  }
}

extension DTLSEndpoint {
  fileprivate func start() { start(as: .server) }

  fileprivate func take(_ datagrams: [[UInt8]]) {
    for datagram in datagrams { receive(datagram) }
    work()
  }
}
