import RTP
import SFU
import STUN
import ScriptedPeer
import Testing
import WebRTC

/// Datagrams that come to another worker than that of their peer, over real sockets that share a port.
@Suite struct HopTests {
  private static let burstCount = 8

  @Test func aCallGoesOnThoughEverythingComesToTheWrongWorker() throws {
    let pair = try PairUnderTest()
    let before = pair.homeStatistics.datagramsIn

    let isConnected = try pair.connect()
    pair.publishing.startCamera(every: .milliseconds(5), at: SystemClock.now)
    let isWhole = try pair.run { pair.watching.received.count >= 200 }

    #expect(isConnected && isWhole)
    #expect(pair.watching.received.compactMap(\.index).haveNoGap, "nothing is lost or changed")
    let (home, other) = (pair.homeStatistics, pair.otherStatistics)
    #expect(home.peers == 2 && home.completedHandshakes == 2 && home.mediaPacketsIn >= 200)
    #expect(other.peers == 0 && other.mediaPacketsIn == 0)
    #expect(other.passedDatagrams >= 200, "checks, handshakes, media and reports")
    #expect(home.datagramsIn == before && home.passedDatagrams == 0, "counted where it came, and passed on once")
    #expect(other.dropped[.unknownPath] == nil, "the path is claimed before the handshake begins")
    #expect(other.datagramsOut == 0, "answers leave from the peer's worker")
  }

  @Test func whoOnlySendsMediaKeepsItsPath() throws {
    let pair = try PairUnderTest(consentTimeout: .seconds(4))
    pair.publishing.agent.consentInterval = .seconds(600)
    pair.watching.agent.consentInterval = .seconds(1)
    #expect(try pair.connect())
    pair.publishing.startCamera(every: .milliseconds(20), at: SystemClock.now)

    try pair.run(for: .seconds(9)) { false }  // two periods
    let before = pair.watching.received.count
    let goesOn = try pair.run { pair.watching.received.count >= before + 50 }

    #expect(goesOn && pair.otherStatistics.dropped[.unknownPath] == nil, "it was claimed for its media")
  }

  @Test func aConnectionOfTCPGoesOverWithItsFirstCheck() throws {
    let pair = try PairUnderTest(by: .tcp)
    let before = pair.otherStatistics

    let isConnected = try pair.connect()
    pair.publishing.startCamera(every: .milliseconds(5), at: SystemClock.now)
    let isWhole = try pair.run { pair.watching.received.count >= 100 }

    #expect(isConnected && isWhole)
    #expect(pair.watching.received.compactMap(\.index).haveNoGap)
    #expect(before.streamConnections == 2)
    #expect(pair.homeStatistics.streamConnections == 2 && pair.otherStatistics.streamConnections == 0)
    #expect(pair.otherStatistics.passedDatagrams == 2, "one check of each connection")
  }

  @Test func whatComesBehindTheFirstCheckOfAConnectionGoesOverToo() throws {
    let pair = try PairUnderTest(by: .tcp)
    #expect(try pair.connect())
    let remote = try #require(pair.publishing.agent.remote)
    let forHome = try #require(Self.credentials(of: remote, onWorker: 0))
    let before = (pair.homeStatistics, pair.otherStatistics)
    var agent = ControllingAgent(seed: 7)

    // Which worker accepts a connection is the kernel's choice.
    for _ in 0..<16 {
      let socket = try ClientSocket(.tcp, to: pair.server)
      socket.send(agent.check(forHome))
      for _ in 0..<3 { socket.send([22, 254, 253] + [UInt8](repeating: 0, count: 40)) }
      for _ in 0..<5 { try pair.turn() }
    }

    let passed = pair.otherStatistics.passedDatagrams - before.1.passedDatagrams
    #expect(passed > 0 && passed % 4 == 0, "\(passed)")
    #expect(pair.otherStatistics.dropped[.unknownPath] == before.1.dropped[.unknownPath])
  }

  @Test func aPathIsNobodysWhenItsPeerIsGone() throws {
    let pair = try PairUnderTest()
    #expect(try pair.connect())

    pair.perform(.remove("ann"))
    for _ in 0..<3 { try pair.turn() }
    let before = pair.otherStatistics
    for _ in 0..<10 { pair.publishingSocket.send([0x80] + [UInt8](repeating: 0, count: 40)) }
    for _ in 0..<3 { pair.turnOther() }

    let after = pair.otherStatistics
    #expect(after.passedDatagrams == before.passedDatagrams)
    #expect(after.dropped[.unknownPath, default: 0] - before.dropped[.unknownPath, default: 0] >= 10)
  }

  @Test func aConnectionIsHandedOverOnce() throws {
    let pair = try PairUnderTest(by: .tcp)
    #expect(try pair.connect())
    let stranger = ControllingAgent(seed: 7)
    let remote = try #require(pair.publishing.agent.remote)
    let forHome = try #require(Self.credentials(of: remote, onWorker: 0))
    let forOther = try #require(Self.credentials(of: remote, onWorker: 1))
    let socket = try ClientSocket(.tcp, to: pair.server)

    for credentials in [forHome, forOther, forHome, forOther] {
      var agent = stranger
      socket.send(agent.check(credentials))
      for _ in 0..<5 { try pair.turn() }
    }

    let passed = pair.homeStatistics.passedDatagrams + pair.otherStatistics.passedDatagrams
    #expect(passed == 2 + 1, "those of the call, and one of the stranger")
  }

  @Test func aCheckThatIsNotValidClaimsNothing() throws {
    let pair = try PairUnderTest()
    #expect(try pair.connect())
    let remote = try #require(pair.publishing.agent.remote)
    let wrong = try #require(ICECredentials(ufrag: remote.ufrag, password: String(repeating: "x", count: 32)))
    var agent = ControllingAgent(seed: 7)
    let before = (pair.otherStatistics, pair.homeStatistics)

    for _ in 0..<20 {
      let socket = try ClientSocket(.udp, to: pair.server)
      socket.send(agent.check(wrong))
      for _ in 0..<3 { try pair.turn() }
      socket.send([0x80] + [UInt8](repeating: 0, count: 40))
      for _ in 0..<3 { try pair.turn() }
    }

    let passed = pair.otherStatistics.passedDatagrams - before.0.passedDatagrams
    let dropped = pair.otherStatistics.dropped[.unknownPath, default: 0]
    #expect(dropped > 0, "some came to the wrong worker")
    #expect(
      pair.homeStatistics.dropped[.invalidCheck, default: 0] - before.1.dropped[.invalidCheck, default: 0] == 20)
    #expect(passed < 40, "checks, the worker of which they name, but no media")
  }

  @Test func whatDoesNotFitTheRingIsCountedAndTheCallGoesOn() throws {
    let pair = try PairUnderTest()
    #expect(try pair.connect())

    for _ in 0..<100 {
      for _ in 0..<20 { pair.publishingSocket.send([0x80] + [UInt8](repeating: 0, count: 40)) }
      pair.turnOther()
    }
    let dropped = pair.otherStatistics.dropped[.noRoom, default: 0]
    pair.publishing.startCamera(every: .milliseconds(5), at: SystemClock.now)
    let goesOn = try pair.run { pair.watching.received.count >= 50 }

    #expect((900...1000).contains(dropped), "a ring holds 1024: \(dropped)")
    #expect(goesOn)
  }

  @Test(.enabled(if: canCountAllocations, "counted only in optimized builds without a sanitizer"))
  func aPacketThatIsPassedOnAllocatesNothing() throws {
    let pair = try PairUnderTest()
    #expect(try pair.connect())
    pair.publishing.startCamera(every: .milliseconds(1), at: SystemClock.now)
    for _ in 0..<400 { try pair.turn() }  // tables and buffers have their size now
    let quiet = pair.publishing.camera?.count ?? 0
    pair.publishing.camera?.stop()
    for _ in 0..<100 { try pair.turn() }

    let packetCount = (WorkerLoopTests.burstsUntilRingsAreFull + 120) * Self.burstCount
    let packets = try (quiet..<quiet + packetCount).map { number in
      let packet = try #require(pair.publishing.camera?.packet(number))
      pair.publishing.send(packet, isRepair: false, at: SystemClock.now)
      return try #require(pair.publishing.takeOutgoing().first)
    }
    var (countedTurns, allocations) = (0, 0 as Int)
    for start in stride(from: 0, to: packets.count, by: Self.burstCount) {
      for packet in packets[start..<start + Self.burstCount] { pair.publishingSocket.send(packet) }
      let turn = pair.countedTurn()
      let isMediaOnly = [turn.received, turn.passed, turn.sent, turn.forwarded].allSatisfy { $0 == Self.burstCount }
      guard isMediaOnly, start >= WorkerLoopTests.burstsUntilRingsAreFull * Self.burstCount else { continue }
      countedTurns += 1
      allocations += turn.allocations
    }

    #expect(countedTurns >= 20, "\(countedTurns)")
    #expect(allocations == 0)
  }

  /// As if the same server had given them for a peer of a worker.
  private static func credentials(of remote: ICECredentials, onWorker worker: Int) -> ICECredentials? {
    let ufrag = remote.ufrag.prefix(1) + "A" + (worker == 0 ? "A" : "B") + remote.ufrag.dropFirst(3).reversed()
    return ICECredentials(ufrag: String(ufrag), password: remote.password)
  }
}
