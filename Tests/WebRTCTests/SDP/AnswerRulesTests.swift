import RTP
import Testing
import WebRTC

@Suite struct AnswerRulesTests {
  private static let digest = (0..<32).map { _ in "AB" }.joined(separator: ":")

  /// An offer as FFmpeg's WHIP muxer makes it, whose lines a test changes.
  private func offer(_ change: (String) -> String = { $0 }) throws -> SessionDescription {
    try SessionDescription(
      parsing: change(
        """
        v=0
        o=FFmpeg 4489045141692799359 2 IN IP4 127.0.0.1
        s=FFmpegPublishSession
        t=0 0
        a=group:BUNDLE 0 1
        a=extmap-allow-mixed
        a=msid-semantic: WMS
        m=audio 9 UDP/TLS/RTP/SAVPF 111
        c=IN IP4 0.0.0.0
        a=ice-ufrag:1a2b3c4d
        a=ice-pwd:1a2b3c4d5e6f1a2b3c4d5e6f
        a=fingerprint:sha-256 \(Self.digest)
        a=setup:passive
        a=mid:0
        a=sendonly
        a=msid:FFmpeg audio
        a=rtcp-mux
        a=rtpmap:111 opus/48000/2
        a=ssrc:100 cname:FFmpeg
        m=video 9 UDP/TLS/RTP/SAVPF 106 105
        c=IN IP4 0.0.0.0
        a=ice-ufrag:1a2b3c4d
        a=ice-pwd:1a2b3c4d5e6f1a2b3c4d5e6f
        a=fingerprint:sha-256 \(Self.digest)
        a=setup:passive
        a=mid:1
        a=sendonly
        a=msid:FFmpeg video
        a=rtcp-mux
        a=rtcp-rsize
        a=rtpmap:106 H264/90000
        a=fmtp:106 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=64001f
        a=rtcp-fb:106 nack
        a=rtpmap:105 rtx/90000
        a=fmtp:105 apt=106
        a=ssrc-group:FID 200 201
        a=ssrc:200 cname:FFmpeg
        a=ssrc:201 cname:FFmpeg

        """))
  }

  @Test func ffmpegsPassiveOfferMakesTheServerBeginTheHandshake() throws {
    let answer = try LocalSide.answer(offer())

    #expect(answer.remote?.localSetup == .active)
    #expect(answer.description.media.map(\.transport.setup) == [.active, .active])
    #expect(answer.media[1].codecs[0].codec == .h264(.high, packetizationMode: 1))
    #expect(answer.media[1].codecs[0].feedback == [.nack])
    #expect(answer.media[1].codecs[0].retransmission == 105)
    #expect(answer.media[1].declaredStreams.map(\.retransmission?.rawValue) == [201])
    #expect(answer.media.allSatisfy { $0.extensions == HeaderExtensionMap() })
  }

  @Test(arguments: [("active", SetupRole.passive), ("actpass", .passive), ("passive", .active)])
  func theRoleFollowsTheOffer(offered: String, local: SetupRole) throws {
    let answer = try LocalSide.answer(offer { $0.replacing("setup:passive", with: "setup:\(offered)") })

    #expect(answer.remote?.localSetup == local)
  }

  @Test func transportsThatCannotWorkAreRefused() throws {
    func refusal(_ change: (String) -> String) throws -> NegotiationError? {
      let offer = try offer(change)
      do throws(NegotiationError) { _ = try LocalSide.answer(offer) } catch { return error }
      return nil
    }
    #expect(try refusal { $0.replacing("setup:passive", with: "setup:holdconn") } == .unusableSetup)
    #expect(try refusal { $0.replacing("a=ice-ufrag:1a2b3c4d\n", with: "") } == .missingCredentials)
    #expect(try refusal { $0.replacing("5e6f1a2b3c4d5e6f", with: "") } == .missingCredentials)
    #expect(try refusal { $0.replacing("a=fingerprint:sha-256 \(Self.digest)\n", with: "") } == .missingFingerprint)
    #expect(try refusal { $0.replacing("t=0 0", with: "t=0 0\na=ice-lite") } == .bothLite)
  }

  @Test func aBundledMediaDescriptionMayLeaveTheTransportToTheFirst() throws {
    let offer = try offer { text in
      let second = text.firstRange(of: "m=video")!.lowerBound  // it is there
      let bundled = text[second...].replacing("m=video 9", with: "m=video 0")
        .replacing("a=mid:1", with: "a=mid:1\na=bundle-only")
        .replacing("a=ice-ufrag:1a2b3c4d\n", with: "").replacing("a=ice-pwd:1a2b3c4d5e6f1a2b3c4d5e6f\n", with: "")
      return String(text[..<second] + bundled)
    }

    let answer = try LocalSide.answer(offer, with: .init(audioCodecs: []))

    #expect(answer.media.map(\.kind) == [.video])
    #expect(answer.description.bundledMids == ["1"])
    #expect(answer.remote?.credentials.ufrag == "1a2b3c4d")
    #expect(!answer.description.media[1].candidates.isEmpty)
  }

  @Test func withoutABundleOnlyTheFirstMediaDescriptionIsTaken() throws {
    let answer = try LocalSide.answer(offer { $0.replacing("a=group:BUNDLE 0 1\n", with: "") })

    #expect(answer.media.map(\.index) == [0])
    #expect(answer.description.media.map(\.isRejected) == [false, true])
    #expect(answer.description.groups.isEmpty)
  }

  @Test func anOfferWithoutMidsIsAnsweredWithoutMids() throws {
    let answer = try LocalSide.answer(
      offer { $0.replacing("a=mid:0\n", with: "").replacing("a=mid:1\n", with: "").replacing("BUNDLE 0 1", with: "LS") }
    )

    #expect(answer.description.media[0].mid == nil)
    #expect(answer.media.map(\.mid) == [nil])
  }

  @Test func whatCannotBeMultiplexedOrIsNoSecureRTPIsRejected() throws {
    let unmultiplexed = try LocalSide.answer(offer { $0.replacing("a=rtcp-mux\n", with: "") })
    #expect(unmultiplexed.media.isEmpty)
    #expect(unmultiplexed.remote == nil)

    let plain = try LocalSide.answer(offer { $0.replacing("UDP/TLS/RTP/SAVPF", with: "RTP/AVP") })
    #expect(plain.media.isEmpty)
  }

  @Test func aDisabledMediaDescriptionStaysDisabled() throws {
    let answer = try LocalSide.answer(offer { $0.replacing("m=audio 9", with: "m=audio 0") })

    #expect(answer.description.media.map(\.isRejected) == [true, false])
    #expect(answer.description.bundledMids == ["1"])
  }

  @Test func stereoIsAskedForWhereItIsOffered() throws {
    let stereo = try LocalSide.answer(
      offer { $0.replacing("a=ssrc:100", with: "a=fmtp:111 sprop-stereo=1\na=ssrc:100") })

    #expect(stereo.description.media[0].codecs[0].parameters?["stereo"] == "1")
    #expect(try LocalSide.answer(offer()).description.media[0].codecs[0].parameters?["stereo"] == nil)
  }

  @Test func noMoreLayersAreTakenThanAreForwardedAndPausedOnesCount() throws {
    let identifiers = (1...6).map { "a=rid:\($0) send\n" }.joined()
    let offer = try offer {
      $0 + identifiers + "a=simulcast:send 1,9;~2;3;7;4;5;6\na=extmap:5 \(HeaderExtensionKind.rid.uri)\n"
    }

    let answer = try LocalSide.answer(offer)

    #expect(answer.media[1].layers == ["1", "2", "3", "4"])
    #expect(answer.description.media[1].simulcast?.receive == ["1", "2", "3", "4"].map { [.init(rid: $0)] })
  }

  @Test func withoutTheRidExtensionThereAreNoLayers() throws {
    let answer = try LocalSide.answer(offer { $0 + "a=rid:1 send\na=rid:2 send\na=simulcast:send 1;2\n" })

    #expect(answer.media[1].layers.isEmpty)
    #expect(answer.description.media[1].simulcast == nil)
  }

  @Test func extensionIdsBeyondTheOneByteFormNeedMixing() throws {
    let lines =
      "a=extmap:15 \(HeaderExtensionKind.mid.uri)\na=extmap:16 \(HeaderExtensionKind.rid.uri)\n"
      + "a=extmap:14 \(HeaderExtensionKind.absoluteSendTime.uri)\na=extmap:14 \(HeaderExtensionKind.playoutDelay.uri)\n"

    let mixed = try LocalSide.answer(offer { $0 + lines }).media[1].extensions
    let strict = try LocalSide.answer(offer { $0.replacing("a=extmap-allow-mixed\n", with: "") + lines }).media[1]
      .extensions

    #expect(mixed.id(of: .mid) == nil && mixed.id(of: .rid) == 16)
    #expect(strict.id(of: .mid) == nil && strict.id(of: .rid) == nil)
    #expect(strict.id(of: .absoluteSendTime) == 14 && strict.id(of: .playoutDelay) == nil)
  }

  @Test func retransmissionsOfNothingAreLeftOut() throws {
    let answer = try LocalSide.answer(offer { $0.replacing("apt=106", with: "apt=99") })

    #expect(answer.description.media[1].formats == ["106"])
    #expect(answer.media[1].codecs[0].retransmission == nil)
  }
}
