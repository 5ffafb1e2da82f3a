import RTP
import Testing
import WebRTC

@Suite struct SessionAnswerTests {
  /// Every offer of a real stack, and what a publishing peer is answered: direction, codec:payload type with `+` for RTX, layers.
  static let expectations = [
    ("aiortc-1.16-offer", "recvonly opus:96 | recvonly vp8:97+ h264:99+ h264:101+ | rejected"),
    ("chromium-156-offer-dc", "rejected"),
    ("chromium-156-offer-p2p-max-bundle", "recvonly opus:111 red:63 | recvonly \(chromium) | rejected"),
    ("chromium-156-offer-p2p", "recvonly opus:111 red:63 | recvonly \(chromium) | rejected"),
    (
      "chromium-156-offer-recv-mdns",
      "inactive opus:111 red:63 | inactive \(chromiumDecoders) | inactive \(chromiumDecoders) | rejected"
    ),
    (
      "chromium-156-offer-recv",
      "inactive opus:111 red:63 | inactive \(chromiumDecoders) | inactive \(chromiumDecoders) | rejected"
    ),
    ("chromium-156-offer-red", "recvonly red:63 opus:111"),
    ("chromium-156-offer-sim-trickle-first", "recvonly opus:111 red:63 | recvonly \(chromium) l;m;h | rejected"),
    ("chromium-156-offer-sim", "recvonly opus:111 red:63 | recvonly \(chromium) l;m;h | rejected"),
    ("chromium-156-offer-svc", "recvonly opus:111 red:63 | recvonly vp9:98+ vp9:100+"),
    ("ffmpeg-8.1-whip-offer", "recvonly opus:111 | recvonly h264:106+"),
    ("firefox-153-offer-dc", "rejected"),
    ("firefox-153-offer-p2p-max-bundle", "recvonly opus:109 | recvonly \(firefox) | rejected"),
    ("firefox-153-offer-p2p", "recvonly opus:109 | recvonly \(firefox) | rejected"),
    ("firefox-153-offer-recv-mdns", "inactive opus:109 | inactive \(firefox) | inactive \(firefox) | rejected"),
    ("firefox-153-offer-recv", "inactive opus:109 | inactive \(firefox) | inactive \(firefox) | rejected"),
    ("firefox-153-offer-red", "recvonly opus:109"),
    ("firefox-153-offer-sim-trickle-first", "recvonly opus:109 | recvonly \(firefox) l;m;h | rejected"),
    ("firefox-153-offer-sim", "recvonly opus:109 | recvonly \(firefox) l;m;h | rejected"),
    ("firefox-153-offer-svc", "recvonly opus:109 | recvonly vp9:121+"),
    ("gstreamer-1.22-offer", "recvonly vp8:96 | recvonly opus:97 | rejected"),
    ("libdatachannel-0.24-offer-dc", "rejected"),
    (
      "pion-3.1.56-offer",
      "recvonly vp8:96+ h264:102+ h264:127+ h264:125+ h264:108+ h264:123+ vp9:98+ vp9:100+ | inactive opus:111 | rejected"
    ),
    ("simple-whip-client-offer", "recvonly opus:100 | recvonly vp8:96"),
    (
      "wrtc-0.1.0-libwebrtc-m152-offer-sim",
      "recvonly vp8:96+ vp9:98+ vp9:100+ av1:39+ l;m;h | recvonly opus:111 red:63 | rejected"
    ),
    (
      "wrtc-0.1.0-libwebrtc-m152-offer",
      "recvonly opus:111 red:63 | recvonly vp8:96+ vp9:98+ vp9:100+ av1:39+ | rejected"
    ),
  ]
  private static let h264 = "h264:102+ h264:104+ h264:108+ h264:114+ h264:116+ h264:39+"
  private static let chromium = "vp8:96+ \(h264) vp9:98+ vp9:100+ av1:45+"
  private static let chromiumDecoders =
    "vp8:96+ \(h264) h264:41+ h264:43+ vp9:98+ vp9:100+ vp9:35+ vp9:37+ av1:45+ av1:47+"
  private static let firefox = "vp8:120+ vp9:121+ av1:99+"

  private static func summary(_ answer: SessionAnswer) -> String {
    answer.description.media.enumerated().map { index, description in
      guard let media = answer.media.first(where: { $0.index == index }) else {
        return description.isRejected ? "rejected" : "neither accepted nor rejected"
      }
      let codecs = media.codecs.map {
        "\($0.codec.family):\($0.payloadType)\($0.retransmission == nil ? "" : "+")"
      }
      let layers = media.layers.isEmpty ? [] : [media.layers.joined(separator: ";")]
      return ([media.direction.rawValue] + codecs + layers).joined(separator: " ")
    }.joined(separator: " | ")
  }

  @Test(arguments: expectations)
  func realOffersAreAnsweredWithWhatCanBeForwarded(name: String, expected: String) throws {
    let answer = try LocalSide.answer(SDPVectors.description(name))

    #expect(Self.summary(answer) == expected)
    #expect((answer.remote == nil) == !expected.contains(":"))
    #expect(try SessionDescription(parsing: answer.description.text) == answer.description)
  }

  @Test(arguments: expectations)
  func noAttributeOfAnAnswerGoesBeyondItsOffer(name: String, expected: String) throws {
    let offer = try SDPVectors.description(name)
    let answer = try LocalSide.answer(offer).description

    #expect(answer.isICELite)
    #expect(answer.media.count == offer.media.count)
    #expect(answer.bundledMids == zip(answer.media, offer.media).filter { !$0.0.isRejected }.compactMap { $0.1.mid })
    #expect(answer.allowsMixedExtensions == offer.allowsMixedExtensions)
    for (answered, offered) in zip(answer.media, offer.media) {
      #expect(answered.kind == offered.kind)
      #expect(answered.mid == offered.mid)
      #expect(answered.protocolName == offered.protocolName)
      guard !answered.isRejected else {
        #expect(answered.port == 0 && answered.direction == .inactive && answered.formats == offered.formats)
        continue
      }
      try checkCodecs(answered, offered)
      #expect(
        answered.extensions.allSatisfy { map in offered.extensions.contains { $0.id == map.id && $0.uri == map.uri } })
      #expect(answered.multiplexesRTCP)
      #expect(answered.multiplexesRTCPOnly == offered.multiplexesRTCPOnly)
      #expect(answered.reducesRTCPSize == offered.reducesRTCPSize)
      #expect(answered.transport.ufrag == "ABCDEFGHIJKLMNOP")
      #expect(answered.transport.fingerprints == [LocalSide.transport.fingerprint])
      #expect(answered.transport.setup == (offered.transport.setup == .passive ? .active : .passive))
      #expect(answered.restrictionIdentifiers.allSatisfy { $0.direction == .recv })
    }
    let carriers = answer.media.filter { !$0.candidates.isEmpty }
    #expect(carriers.count == (expected.contains(":") ? 1 : 0))
    #expect(carriers.allSatisfy { $0.candidates == LocalSide.transport.candidates && $0.hasAllCandidates })
  }

  private func checkCodecs(_ answered: MediaDescription, _ offered: MediaDescription) throws {
    #expect(answered.formats == answered.codecs.map { String($0.payloadType) })
    for codec in answered.codecs {
      let original = try #require(offered.codecs.first { $0.payloadType == codec.payloadType })
      #expect(codec.name == original.name && codec.clockRate == original.clockRate)
      #expect(codec.channelCount == original.channelCount)
      #expect(codec.feedback.allSatisfy(original.feedback.contains))
      #expect(codec.parameters?["apt"] == original.parameters?["apt"])
      #expect(codec.parameters?["profile-level-id"] == original.parameters?["profile-level-id"])
      #expect(codec.parameters?["packetization-mode"] == original.parameters?["packetization-mode"])
      #expect(codec.hasName("rtx") || MediaCodec(codec) == MediaCodec(original))
    }
  }

  @Test func theAnswerToChromiumsSimulcastIsExactlyThis() throws {
    let offer = try SDPVectors.description("chromium-156-offer-sim")

    let answer = try LocalSide.answer(offer, with: .init(videoCodecs: [.vp8]))

    #expect(answer.description.text.replacing("\r\n", with: "\n") == Self.chromiumAnswer)
  }

  private static let chromiumAnswer = """
    v=0
    o=- 77 1 IN IP4 0.0.0.0
    s=-
    t=0 0
    a=group:BUNDLE 0 1
    a=ice-lite
    a=extmap-allow-mixed
    m=audio 9 UDP/TLS/RTP/SAVPF 111 63
    c=IN IP4 0.0.0.0
    a=candidate:1 1 udp 2130706431 198.51.100.1 3478 typ host
    a=candidate:2 1 tcp 1520435199 198.51.100.1 3478 typ host tcptype passive
    a=candidate:3 1 udp 2130706175 2001:db8::1 3478 typ host
    a=candidate:4 1 tcp 1520434943 2001:db8::1 3478 typ host tcptype passive
    a=end-of-candidates
    a=ice-ufrag:ABCDEFGHIJKLMNOP
    a=ice-pwd:pppppppppppppppppppppppppppppppp
    a=ice-options:trickle
    a=fingerprint:sha-256 \(fingerprint)
    a=setup:passive
    a=mid:0
    a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
    a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
    a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
    a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
    a=recvonly
    a=rtcp-mux
    a=rtcp-rsize
    a=rtpmap:111 opus/48000/2
    a=rtcp-fb:111 transport-cc
    a=fmtp:111 minptime=10;useinbandfec=1
    a=rtpmap:63 red/48000/2
    a=fmtp:63 111/111
    m=video 9 UDP/TLS/RTP/SAVPF 96 97
    c=IN IP4 0.0.0.0
    a=ice-ufrag:ABCDEFGHIJKLMNOP
    a=ice-pwd:pppppppppppppppppppppppppppppppp
    a=ice-options:trickle
    a=fingerprint:sha-256 \(fingerprint)
    a=setup:passive
    a=mid:1
    a=extmap:14 urn:ietf:params:rtp-hdrext:toffset
    a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
    a=extmap:13 urn:3gpp:video-orientation
    a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
    a=extmap:5 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay
    a=extmap:6 http://www.webrtc.org/experiments/rtp-hdrext/video-content-type
    a=extmap:7 http://www.webrtc.org/experiments/rtp-hdrext/video-timing
    a=extmap:8 http://www.webrtc.org/experiments/rtp-hdrext/color-space
    a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
    a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
    a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
    a=extmap:12 https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension
    a=extmap:9 http://www.webrtc.org/experiments/rtp-hdrext/video-layers-allocation00
    a=recvonly
    a=rtcp-mux
    a=rtcp-rsize
    a=rtpmap:96 VP8/90000
    a=rtcp-fb:96 goog-remb
    a=rtcp-fb:96 transport-cc
    a=rtcp-fb:96 ccm fir
    a=rtcp-fb:96 nack
    a=rtcp-fb:96 nack pli
    a=rtpmap:97 rtx/90000
    a=fmtp:97 apt=96
    a=rid:l recv
    a=rid:m recv
    a=rid:h recv
    a=simulcast:recv l;m;h
    m=application 0 UDP/DTLS/SCTP webrtc-datachannel
    c=IN IP4 0.0.0.0
    a=mid:2
    a=inactive

    """
  private static let fingerprint =
    "00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:1F"

  @Test func streamsThatFirefoxDeclaresBySSRCAreKnownWithTheirRetransmissions() throws {
    let video = try LocalSide.answer(SDPVectors.description("firefox-153-offer-sim")).media[1]

    #expect(video.declaredStreams.map(\.ssrc.rawValue) == [1_518_401_479, 3_988_662_927, 487_511_997])
    #expect(video.declaredStreams.map(\.retransmission?.rawValue) == [2_404_260_727, 4_063_296_710, 1_222_518_242])
    #expect(video.declaredStreams[0].cname == "{94761848-80f8-476a-899d-525addc12132}")
    #expect(video.stream?.track == "{ece3e9bd-e7ef-46d6-af70-b48fc7fe3c62}")
    #expect(video.extensions.id(of: .rid) == 9)
    #expect(video.extensions.id(of: .playoutDelay) == nil)  // offered as recvonly: only to be sent to Firefox
  }

  @Test func gstreamerHasNoExtensionsAndIsKnownBySSRC() throws {
    let video = try LocalSide.answer(SDPVectors.description("gstreamer-1.22-offer")).media[0]

    #expect(video.extensions == HeaderExtensionMap())
    #expect(video.declaredStreams.map(\.ssrc.rawValue) == [1_366_614_353])
  }

  @Test func aPeerThatIsLiteItselfCannotBeReached() throws {
    #expect(throws: NegotiationError.bothLite) {
      try LocalSide.answer(SDPVectors.description("pion-3.1.56-offer-icelite-tcp"))
    }
  }
}
