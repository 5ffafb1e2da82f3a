import RTP
import Testing
import WebRTC

/// WHEP: a peer that wants to receive makes the offer.
@Suite struct WatchingAnswerTests {
  private let tracks = [
    LocalSide.track(.video, 500), LocalSide.track(.audio, 600), LocalSide.track(.video, 700),
  ]

  @Test(arguments: ["chromium-156-offer-recv", "firefox-153-offer-recv", "chromium-156-offer-recv-mdns"])
  func tracksTakeTheMediaDescriptionsOfTheirKindInOrder(name: String) throws {
    let answer = try LocalSide.answer(SDPVectors.description(name), by: .sending(tracks))

    #expect(answer.media.map(\.direction) == [.sendonly, .sendonly, .sendonly])
    #expect(answer.media.map(\.track?.ssrc.rawValue) == [600, 500, 700])
    #expect(answer.description.media.map(\.direction) == [.sendonly, .sendonly, .sendonly, .inactive])
    let video = answer.description.media[1]
    #expect(video.streams == [MediaStreamIdentifier(stream: "stream500", track: "track500")])
    #expect(video.sources.map(\.ssrc) == [500, 501])
    #expect(video.sourceGroups == [SourceGroup("FID", [500, 501])])
    #expect(answer.media[1].extensions.id(of: .rid) == nil)
  }

  @Test func mediaDescriptionsWithoutATrackAreInactive() throws {
    let answer = try LocalSide.answer(
      SDPVectors.description("chromium-156-offer-recv"), by: .sending([LocalSide.track(.video, 500)]))

    #expect(answer.media.map(\.direction) == [.inactive, .sendonly, .inactive])
    #expect(answer.description.media[0].sources.isEmpty)
  }

  @Test func aPeerThatOnlySendsIsSentNothing() throws {
    let answer = try LocalSide.answer(SDPVectors.description("chromium-156-offer-sim"), by: .sending(tracks))

    #expect(answer.media.map(\.direction) == [.inactive, .inactive])
    #expect(answer.media.allSatisfy { $0.track == nil })
  }

  @Test func withoutRetransmissionsInTheOfferThereIsNoSecondSSRC() throws {
    let offer = try SDPVectors.description("gstreamer-1.22-offer")

    let answer = try LocalSide.answer(offer, by: .sending(tracks))

    #expect(answer.media[0].track?.ssrc.rawValue == 500)
    #expect(answer.media[0].track?.retransmission == nil)
    #expect(answer.description.media[0].sourceGroups.isEmpty)
  }
}
