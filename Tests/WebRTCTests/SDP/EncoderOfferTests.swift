import RTP
import Testing
import WebRTC

/// What the descriptions of encoders (RFC 9725) are answered, whose ways differ from a browser's.
@Suite struct EncoderOfferTests {
  /// The form of OBS 30: everything of the transport above the media, no candidates, SSRCs and no header extensions.
  private static func studio(
    setup: String = "actpass", video: String = "", rtpmap: String = "H264/90000",
    fmtp: String = "profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1"
  ) -> String {
    """
    v=0
    o=rtc 3767197920 0 IN IP4 127.0.0.1
    s=-
    t=0 0
    a=group:BUNDLE 0 1
    a=group:LS 0 1
    a=msid-semantic:WMS *
    a=setup:\(setup)
    a=ice-ufrag:eNy1
    a=ice-pwd:Ae5jrJYV0uhVoqs0sfAzxL
    a=ice-options:ice2,trickle
    a=fingerprint:sha-256 \(fingerprint)
    m=audio 9 UDP/TLS/RTP/SAVPF 111
    c=IN IP4 0.0.0.0
    a=mid:0
    a=sendonly
    a=ssrc:3184534672 cname:stream
    a=ssrc:3184534672 msid:stream stream-audio
    a=msid:stream stream-audio
    a=rtcp-mux
    a=rtpmap:111 opus/48000/2
    a=fmtp:111 minptime=10;maxaveragebitrate=96000;stereo=1;sprop-stereo=1;useinbandfec=1
    m=video 9 UDP/TLS/RTP/SAVPF 96
    c=IN IP4 0.0.0.0
    a=mid:1
    a=sendonly
    \(video)a=msid:stream stream-video
    a=rtcp-mux
    a=rtpmap:96 \(rtpmap)
    a=rtcp-fb:96 nack
    a=rtcp-fb:96 nack pli
    a=rtcp-fb:96 goog-remb
    a=fmtp:96 \(fmtp)

    """
  }
  private static let fingerprint =
    "A5:58:A7:55:92:10:33:81:45:2C:0E:E2:BD:B4:FE:1A:CD:56:6D:69:1D:07:6E:CE:F3:4E:9B:0D:ED:30:5F:1D"

  private func answer(_ text: String) throws -> SessionAnswer {
    try LocalSide.answer(try SessionDescription(parsing: text))
  }

  @Test func theOneThatNeverTricklesIsGivenAllCandidates() throws {
    let answer = try answer(Self.studio())

    #expect(answer.media.map(\.direction) == [.recvonly, .recvonly])
    #expect(answer.description.media[0].candidates == LocalSide.transport.candidates)
    #expect(answer.description.media[0].hasAllCandidates)
    #expect(answer.description.bundledMids == ["0", "1"])
    #expect(answer.description.media[0].codecs[0].parameters?["stereo"] == "1")
    #expect(answer.media[0].declaredStreams.map(\.ssrc.rawValue) == [3_184_534_672])
    #expect(answer.media.allSatisfy { $0.extensions == HeaderExtensionMap() })
  }

  @Test(arguments: [
    ("H264/90000", "profile-level-id=64001f;packetization-mode=1", MediaCodec.h264(.high, packetizationMode: 1)),
    ("H264/90000", "profile-level-id=640c1f;packetization-mode=1", .h264(.constrainedHigh, packetizationMode: 1)),
    ("H264/90000", "profile-level-id=4d0028;packetization-mode=1", .h264(.main, packetizationMode: 1)),
    ("H264/90000", "packetization-mode=1", .h264(.constrainedBaseline, packetizationMode: 1)),
    ("H265/90000", "profile-id=1;tier-flag=0;level-id=120", .h265(profile: 1, tier: 0)),
    ("AV1/90000", "profile=0;level-idx=5;tier=0", .av1(profile: 0)),
  ])
  func theOneCodecThatAnEncoderHasIsTaken(rtpmap: String, fmtp: String, codec: MediaCodec) throws {
    let answer = try answer(Self.studio(rtpmap: rtpmap, fmtp: fmtp))

    #expect(answer.media[1].codecs.map(\.codec) == [codec])
    #expect(answer.description.media[1].codecs[0].feedback.contains(.nack))
  }

  @Test(arguments: [
    ("actpass", SetupRole.passive), ("active", .passive), ("passive", .active),
  ])
  func theServerTakesWhicheverRoleIsLeft(offered: String, expected: SetupRole) throws {
    let answer = try answer(Self.studio(setup: offered))

    #expect(answer.description.media.map(\.transport.setup) == [expected, expected])
    #expect(answer.remote?.localSetup == expected)
  }

  /// Encoders give up when a layer is dropped. Their packets name the layer, and maybe not the media description.
  @Test(arguments: [true, false])
  func allLayersOfASimulcastAreKept(hasMid: Bool) throws {
    let mid = hasMid ? "a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid\n" : ""
    let rids = (0..<4).map { "a=rid:\($0) send\n" }.joined()
    let sources = (0..<4).map { "a=ssrc:\(500 + $0) cname:stream\n" }.joined()
    let layers =
      mid + "a=extmap:2 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\n\(rids)a=simulcast:send 0;1;2;3\n\(sources)"

    let answer = try answer(Self.studio(video: layers))

    #expect(answer.media[1].layers == ["0", "1", "2", "3"])
    #expect(answer.description.text.contains("a=simulcast:recv 0;1;2;3"))
    #expect(answer.media[1].extensions.id(of: .rid) == 2)
  }

  @Test func theOneThatWaitsForTheHandshakeIsAnsweredByWhoBeginsIt() throws {
    let answer = try LocalSide.answer(SDPVectors.description("ffmpeg-8.1-whip-offer"))

    #expect(answer.description.media.map(\.transport.setup) == [.active, .active])
    #expect(answer.media[1].codecs.map(\.codec) == [.h264(.baseline, packetizationMode: 1)])
    #expect(answer.media[1].codecs[0].retransmission == 105 && answer.media[1].codecs[0].feedback == [.nack])
    #expect(answer.media[1].declaredStreams.map(\.retransmission?.rawValue) == [3_376_375_527])
    #expect(!answer.description.text.contains("a=extmap:"))
  }

  @Test func theCodecOfWhatIsWatchedMayComeFirst() throws {
    let offer = try SDPVectors.description("chromium-156-offer-recv")

    let capabilities = MediaCapabilities().preferring(.av1)
    let answer = try LocalSide.answer(offer, by: .sending([LocalSide.track(.video, 500)]), with: capabilities)

    #expect(answer.media[1].codecs.first?.codec.family == .av1)
    #expect(Set(capabilities.videoCodecs) == Set(MediaCapabilities().videoCodecs))
    #expect(MediaCapabilities().preferring(.opus).videoCodecs == MediaCapabilities().videoCodecs)
  }
}
