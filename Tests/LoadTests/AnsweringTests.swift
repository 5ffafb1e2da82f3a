import Load
import RTP
import STUN
import TestSupport
import Testing
import WebRTC

/// A peer of a load that a server offers what it is sent.
@Suite struct AnsweringTests {
  private static let context = DTLSContext(certificate: DTLSCertificate(unixTime: 1_800_000_000))
  private static let sound = TrackDescription(.audio, stream: "p_a", track: "a")
  private static let picture = TrackDescription(.video, stream: "p_a", track: "v")

  /// A server's side of a subscription, and the peer that answers it.
  private final class Pair {
    var server: PeerConnection
    let client: LoadPeer
    private(set) var now = Instant.zero + .seconds(100)
    private var outbox = PeerOutbox()
    private var generator = SeededGenerator(seed: 1)

    init() {
      let address = IPAddress(ipv4: 0xC633_6401)
      let configuration = PeerConfiguration(
        dtls: AnsweringTests.context,
        candidates: LocalCandidates(addresses: [address], udpPort: 3478, tcpPort: nil).candidates,
        generation: 1, worker: 0, wallClockOffset: 0, canonicalName: "server")
      server = PeerConnection(.subscriber, configuration, at: now, using: &generator)
      client = LoadPeer(.player, context: AnsweringTests.context, tally: LoadTally(run: 1), wallClockOffset: 0)
    }

    /// The offer that is due after a second.
    func nextOffer() -> String? {
      now += .seconds(1)
      server.advance(to: now, into: &outbox)
      var offer: String?
      outbox.drainEvents { if case .offer(let text) = $0 { offer = text } }
      return offer
    }

    func accept(_ answer: String) throws { try server.accept(answer, at: now, into: &outbox) }
  }

  @Test func takesEveryOfferOfASubscription() throws {
    let pair = Pair()
    _ = pair.server.addSlot(for: Self.sound, at: pair.now)
    _ = pair.server.addSlot(for: Self.picture, at: pair.now)

    let first = try #require(pair.nextOffer())
    try pair.accept(try pair.client.answer(first, at: pair.now))
    let agreed = pair.server.media.map(\.codecs.count)

    #expect(agreed.count == 2 && agreed.allSatisfy { $0 == 1 }, "Opus, VP8 and nothing else")
    let repairs = pair.server.media[1].codecs.first?.retransmission
    #expect(repairs != nil)

    for number in 0..<3 {
      _ = pair.server.addSlot(
        for: TrackDescription(.video, stream: "p_\(number)", track: "v"), at: pair.now)
      let offer = try #require(pair.nextOffer())
      try pair.accept(try pair.client.answer(offer, at: pair.now))
      let count = pair.server.media.count
      #expect(count == 3 + number)
    }
  }

  @Test func aPlaceThatRestsIsAnsweredAsOne() throws {
    let pair = Pair()
    let added = pair.server.addSlot(for: Self.picture, at: pair.now)
    let slot = try #require(added)
    try pair.accept(try pair.client.answer(try #require(pair.nextOffer()), at: pair.now))

    pair.server.setSlot(slot.mid, .rests, at: pair.now)
    let offer = try #require(pair.nextOffer())
    let answer = try SessionDescription(parsing: try pair.client.answer(offer, at: pair.now))

    #expect(answer.media.map { answer.direction(of: $0) } == [.inactive])
    try pair.accept(answer.text)
  }

  @Test func whatItCannotReceiveIsRejected() throws {
    let pair = Pair()
    _ = pair.server.addSlot(for: Self.sound, at: pair.now)
    _ = pair.server.addSlot(for: Self.picture, at: pair.now)
    var offer = try SessionDescription(parsing: try #require(pair.nextOffer()))
    offer.media[1].codecs.removeAll { $0.hasName("VP8") }
    offer.media[1].formats = offer.media[1].codecs.map { String($0.payloadType) }

    let answer = try SessionDescription(parsing: try pair.client.answer(offer.text, at: pair.now))

    #expect(answer.media.map(\.isRejected) == [false, true])
    #expect(answer.bundledMids == ["0"])
    #expect(!answer.media[0].codecs.contains { $0.hasName("red") || $0.hasName("rtx") })
  }

  @Test(arguments: ["", "v=0", "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"])
  func whatIsNoOfferIsRefused(text: String) {
    let pair = Pair()
    #expect(throws: LoadError.self) { try pair.client.answer(text, at: pair.now) }
  }
}
