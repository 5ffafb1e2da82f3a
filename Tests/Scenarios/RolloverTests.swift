import RTP
import ScriptedPeer
import TestSupport
import Testing
import WebRTC

/// The 16-bit sequence number wraps, and the 48-bit index of SRTP goes on (RFC 3711 §3.3.1).
@Suite struct RolloverTests {
  private static let wrapCount = 3
  /// How close to a wrap every number is sent; farther away most are left out.
  private static let neighbourhood = 60

  @Test(arguments: [UInt64(1), 2, 3])
  func mediaSurvivesThreeWrapsWithLossAroundThem(seed: UInt64) throws {
    let scenario = Scenario(seed: seed)
    let (browser, peer) = try scenario.addPublisher()
    scenario.run(for: .seconds(1))
    let source = FrameSource(
      payloadType: BrowserDescriptions.videoType, first: SequenceNumber(rawValue: 0), every: .milliseconds(1),
      from: scenario.now)
    var generator = SeededGenerator(seed: seed)
    var arrived: [Int] = []

    for number in Self.numbers {
      let isNearWrap = Self.distanceToWrap(number) < Self.neighbourhood
      browser.send(source.packet(number), isRepair: false, at: scenario.now)
      let isLost = isNearWrap && Double.random(in: 0..<1, using: &generator) < 0.2
      let datagrams = browser.takeOutgoing()
      guard !isLost else { continue }
      arrived.append(number)
      for bytes in datagrams { scenario.server.receive(bytes, on: browser.path, at: scenario.now) }
    }

    #expect(arrived.count < Self.numbers.count)
    #expect(peer.received.compactMap(\.index) == arrived)
    #expect(peer.received.map { Int($0.sequence) } == arrived)
    #expect(peer.drops.isEmpty)
  }

  private static func distanceToWrap(_ number: Int) -> Int {
    let rest = number % 65_536
    return min(rest, 65_536 - rest)
  }

  private static let numbers: [Int] = {
    let end = wrapCount * 65_536 + neighbourhood
    return (1...end).filter { distanceToWrap($0) < neighbourhood || $0 % 499 == 0 }
  }()
}
