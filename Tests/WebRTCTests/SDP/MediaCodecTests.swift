import Testing
import WebRTC

@Suite struct MediaCodecTests {
  private func codec(_ map: String, _ parameters: String? = nil) throws -> MediaCodec? {
    let parameterLine = parameters.map { "a=fmtp:96 \($0)\n" } ?? ""
    let text = "v=0\nm=video 9 UDP/TLS/RTP/SAVPF 96\na=rtpmap:96 \(map)\n" + parameterLine
    return MediaCodec(try SessionDescription(parsing: text).media[0].codecs[0])
  }

  @Test(arguments: [
    ("42e01f", H264Profile.constrainedBaseline), ("42E01F", .constrainedBaseline), ("42c00a", .constrainedBaseline),
    ("4d801f", .constrainedBaseline), ("58c01f", .constrainedBaseline), ("42001f", .baseline), ("42a01e", .baseline),
    ("58801f", .baseline), ("4d001f", .main), ("4d401f", .main), ("640032", .high), ("640c1f", .constrainedHigh),
    ("f4001f", .highPredictive444),
  ])
  func profilesHaveSeveralSpellings(text: String, profile: H264Profile) throws {
    #expect(H264Profile(profileLevelID: text) == profile)
    #expect(try codec("H264/90000", "profile-level-id=\(text)") == .h264(profile, packetizationMode: 0))
  }

  @Test(arguments: ["", "42e01", "42e01ff", "zzzzzz", "+2e01f", "11001f", "6e001f"])
  func otherProfilesAreNotForwarded(text: String) throws {
    #expect(H264Profile(profileLevelID: text) == nil)
    #expect(try codec("H264/90000", "profile-level-id=\(text)") == nil)
  }

  @Test func absentParametersHaveTheirDefaults() throws {
    #expect(try codec("H264/90000") == .h264(.constrainedBaseline, packetizationMode: 0))
    #expect(try codec("VP9/90000") == .vp9(profile: 0))
    #expect(try codec("AV1/90000") == .av1(profile: 0))
    #expect(try codec("H265/90000") == .h265(profile: 1, tier: 0))
    #expect(try codec("vp8/90000") == .vp8)
    #expect(try codec("OPUS/48000/2", "sprop-stereo=0") == .opus)
  }

  @Test func parametersTellCodecsApart() throws {
    #expect(
      try codec("H264/90000", "Packetization-Mode=1; profile-level-id=64001f") == .h264(.high, packetizationMode: 1))
    #expect(try codec("VP9/90000", "profile-id=2") == .vp9(profile: 2))
    #expect(try codec("H265/90000", "level-id=180;profile-id=2;tier-flag=1;tx-mode=SRST") == .h265(profile: 2, tier: 1))
  }

  @Test(arguments: [
    ("H264/90000", "packetization-mode=2;profile-level-id=42e01f"), ("H265/90000", "tx-mode=MRST"), ("VP8/48000", nil),
    ("opus/48000", nil), ("opus/16000/2", nil), ("red/90000", nil), ("ulpfec/90000", nil), ("rtx/90000", "apt=97"),
    ("G722/8000", nil),
  ])
  func whatIsNotForwardedIsNoCodec(map: String, parameters: String?) throws {
    #expect(try codec(map, parameters) == nil)
  }
}

@Suite struct ICEFragmentTests {
  private static let text = """
    a=ice-ufrag:EsAw
    a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1
    m=audio 9 UDP/TLS/RTP/SAVPF 0
    a=mid:0
    a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0 ufrag EsAw network-id 1
    a=candidate:3471623853 1 udp 2122194687 198.51.100.2 61765 typ host generation 0 ufrag EsAw network-id 2
    a=candidate:473322822 1 sctp 1518280447 192.0.2.1 9 typ host
    a=end-of-candidates

    """

  @Test func readsCredentialsAndTheCandidatesItUnderstands() throws {
    let fragment = try ICEFragment(parsing: Self.text)

    #expect(fragment.credentials.ufrag == "EsAw")
    #expect(fragment.mid == "0")
    #expect(fragment.candidates.map(\.port) == [61764, 61765, 9])
    #expect(fragment.hasAllCandidates)
    #expect(try ICEFragment(parsing: fragment.text) == fragment)
  }

  @Test func credentialsMayStandInTheMediaDescription() throws {
    let fragment = try ICEFragment(
      parsing: "m=video 9 RTP/AVP 0\na=mid:1\na=ice-ufrag:EsAw\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\n")

    #expect(fragment.credentials.ufrag == "EsAw")
    #expect(fragment.candidates.isEmpty && !fragment.hasAllCandidates)
  }

  @Test func withoutCredentialsItIsRefused() {
    #expect(throws: SDPError.invalidValue) { try ICEFragment(parsing: "") }
    #expect(throws: SDPError.invalidValue) { try ICEFragment(parsing: "a=ice-ufrag:EsAw\na=ice-pwd:short\n") }
    #expect(throws: SDPError.malformed(line: 2)) { try ICEFragment(parsing: "a=x\nnonsense\n") }
  }

  @Test func theServersOwnSaysThatItIsLite() throws {
    let fragment = ICEFragment(
      credentials: LocalSide.transport.credentials, candidates: LocalSide.transport.candidates, mid: "0")

    #expect(try ICEFragment(parsing: fragment.text) == fragment)
    #expect(fragment.text.hasPrefix("a=ice-lite\r\na=ice-ufrag:ABCDEFGHIJKLMNOP\r\n"))
  }
}
