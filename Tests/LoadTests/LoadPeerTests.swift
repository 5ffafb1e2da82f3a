import Load
import RTP
import STUN
import Testing
import WebRTC

/// A publisher and a player of a load, on both sides of a server that only passes packets on.
@Suite struct LoadPeerTests {
  private static let camera = [VideoLayer(bitsPerSecond: 1_500_000)]

  @Test func bothConnectWithinAFewRoundTripsAndMediaFlows() throws {
    let relay = try RelayUnderTest(Self.camera)
    #expect(!relay.publisher.isUp)

    relay.run(for: .milliseconds(500))

    #expect(relay.publisher.isUp && relay.player.isUp)
    #expect(relay.player.client.firstMediaAt != nil)
  }

  @Test func everyPictureAndPacketIsMeasuredFromItsSending() throws {
    let relay = try RelayUnderTest(Self.camera)
    relay.run(for: .seconds(2))

    relay.tally.begin(at: relay.now)
    relay.player.client.beginCounting()
    relay.run(for: .seconds(10))
    relay.tally.close(at: relay.now)
    relay.run(for: .milliseconds(500))
    var figures = relay.tally.end()
    figures.count(relay.player.client.streams)

    #expect((298...302).contains(figures.video.count))
    #expect((499...501).contains(figures.audio.count))
    // Twenty milliseconds to the server and twenty to the player; histograms are right to three percent.
    for quantile in [0.5, 0.999] {
      #expect((40_000_000...41_300_000).contains(try #require(figures.video.quantile(quantile))))
      #expect((40_000_000...41_300_000).contains(try #require(figures.audio.quantile(quantile))))
    }
    #expect(figures.missed == 0 && figures.repairs == 0 && figures.brokenFrames == 0 && figures.refused == 0)
    #expect((2250...2400).contains(figures.expected), "of ten seconds and a half")
    #expect(figures.published == figures.packets || abs(figures.published - figures.packets) < 30)
    #expect(figures.seconds == 10)
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func whatThePlayerLosesIsAskedForAndCounted(seed: UInt64) throws {
    let relay = try RelayUnderTest(Self.camera, seed: seed)
    relay.run(for: .seconds(2))

    relay.player.downlinkLoss = 0.05
    relay.tally.begin(at: relay.now)
    relay.player.client.beginCounting()
    relay.run(for: .seconds(20))
    relay.tally.close(at: relay.now)
    relay.player.downlinkLoss = 0
    relay.run(for: .seconds(1))
    var figures = relay.tally.end()
    figures.count(relay.player.client.streams)

    let loss = Double(figures.missed) / Double(figures.expected)
    #expect((0.03...0.07).contains(loss), "\(loss)")
    #expect((100...260).contains(figures.repairs), "\(figures.repairs) of some 163 lost packets of pictures")
    #expect(figures.brokenFrames <= 6)
    #expect((590...602).contains(figures.video.count))
    let worst = try #require(figures.video.quantile(0.99))
    #expect(worst > 60_000_000, "a repaired picture took a round trip more")
  }

  @Test(arguments: [UInt64(1), 2])
  func aPublisherSendsAgainWhatTheServerLacks(seed: UInt64) throws {
    let relay = try RelayUnderTest(Self.camera, seed: seed)
    relay.run(for: .seconds(2))

    relay.publisher.uplinkLoss = 0.05
    relay.run(for: .seconds(10))
    relay.publisher.uplinkLoss = 0
    relay.run(for: .seconds(1))

    let video = try #require(relay.received[1])
    let span = (video.max() ?? 0) - (video.min() ?? 0) + 1
    #expect((50...140).contains(relay.repairs))
    #expect(Double(video.count) >= Double(span) * 0.997)
  }

  @Test func aKeyframeComesWhenTheServerWantsOne() throws {
    let relay = try RelayUnderTest(Self.camera)
    relay.run(for: .seconds(2))
    let before = relay.keyframes

    relay.requestKeyframe()
    relay.run(for: .seconds(1))

    #expect(before == 1)
    #expect(relay.keyframes == 2)
  }

  @Test func simulcastComesInAStreamForEachLayer() throws {
    let relay = try RelayUnderTest(VideoLayer.simulcast(bitsPerSecond: 2_000_000))
    relay.run(for: .seconds(4))

    #expect(relay.received.count == 4, "sound and three layers")
    let counts = (1...3).compactMap { relay.received[$0]?.count }
    #expect(counts == counts.sorted() && counts.count == 3)
    #expect(counts.last ?? 0 > (counts.first ?? 0) * 3)
  }

  @Test func whoLeavesSaysGoodbyeAndSendsNothingMore() throws {
    let relay = try RelayUnderTest(Self.camera)
    relay.run(for: .seconds(1))
    var outbox = DatagramOutbox()

    relay.publisher.client.leave(into: &outbox)

    #expect(outbox.count == 2, "a goodbye of RTCP and one of DTLS")
    #expect(relay.publisher.client.state == .left)
    #expect(relay.publisher.client.nextDeadline == .distantFuture)
  }

  @Test(arguments: ["", "v=0", "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"])
  func whatIsNoAnswerIsRefused(text: String) throws {
    let context = DTLSContext(certificate: DTLSCertificate(unixTime: 1_800_000_000))
    let peer = LoadPeer(.player, context: context, tally: LoadTally(run: 1), wallClockOffset: 0)
    _ = peer.offer()
    #expect(throws: LoadError.self) { try peer.accept(answer: text, at: .zero) }
  }
}
