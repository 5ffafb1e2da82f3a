import TestSupport
import Testing

import WebRTC

@Suite struct MalformedSDPTests {
  private static let head = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
  private static let video = head + "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n"

  @Test(arguments: [
    "", "hello", "v=1\r\n", "o=- 1 1 IN IP4 0.0.0.0\r\n", " v=0\r\n", "v=0 \r\n",
  ])
  func whatDoesNotBeginAsADescriptionIsRefused(text: String) {
    #expect(throws: (any Error).self) { try SessionDescription(parsing: text) }
  }

  @Test(arguments: [
    "a=rtpmap:96", "a=rtpmap:96 VP8", "a=rtpmap:128 VP8/90000", "a=rtpmap:-1 VP8/90000", "a=rtpmap:96 VP8/x",
    "a=rtpmap:96 VP8/90000/1/2", "a=rtpmap:96 V(8/90000", "a=extmap:0 urn:x", "a=extmap:256 urn:x", "a=extmap:1",
    "a=extmap:1/both urn:x", "a=fingerprint:sha-256 00:11", "a=fingerprint:sha-256 zz", "a=fingerprint:sha-1",
    "a=fingerprint:x +1:22", "a=setup:maybe", "a=mid:", "a=mid:a b", "a=msid:", "a=rid:1", "a=rid:1 both",
    "a=rid:ä send",
    "a=simulcast:", "a=simulcast:send", "a=simulcast:send 1 send 2", "a=simulcast:send 1;;2", "a=simulcast:up 1",
    "a=ssrc:", "a=ssrc:x cname:a", "a=ssrc:4294967296 cname:a", "a=ssrc-group:", "a=ssrc-group:FID 1 x",
    "a=sctp-port:65536", "a=max-message-size:-1", "a=rtcp-fb:x nack", "m=video", "m=video 9", "m=video x RTP/SAVPF 96",
    "m=video 65536 RTP/SAVPF 96", "nonsense", "=", "a", "a=x\u{0}y",
  ])
  func aMalformedLineIsNamed(line: String) {
    #expect(throws: SDPError.malformed(line: 6)) { try SessionDescription(parsing: Self.video + line + "\r\n") }
  }

  @Test(arguments: [
    "a=candidate:nonsense", "a=candidate:1 1 sctp 1 192.0.2.1 1 typ host", "a=fmtp:webrtc-datachannel x", "a=unknown",
    "a=unknown:with value", "i=a title", "b=AS:500", "z=0 0", "a=rtcp-fb:* nack", "a=ssrc:5", "a=ice-options:",
    "a=rtcp-fb:96 nack ", "a=fmtp:96 ", "a=", "a=:", "a=extmap:14 urn:x some attributes", "k=prompt",
  ])
  func oddButHarmlessLinesPass(line: String) throws {
    let description = try SessionDescription(parsing: Self.video + line + "\r\n")

    #expect(description.media.count == 1)
    #expect(try SessionDescription(parsing: description.text) == description)
  }

  @Test func commonFeedbackHoldsForEveryPayloadType() throws {
    let text =
      Self.head + """
        m=video 9 UDP/TLS/RTP/SAVPF 96 97
        a=rtcp-fb:* nack
        a=rtcp-fb:97 nack pli
        a=rtpmap:96 VP8/90000
        a=rtpmap:97 VP9/90000
        """

    let media = try SessionDescription(parsing: text).media[0]

    #expect(media.codecs.map(\.feedback) == [[.nack], [.pictureLossIndication, .nack]])
  }

  @Test func everyLimitHolds() {
    func parse(_ lines: String, _ count: Int) throws -> SessionDescription {
      try SessionDescription(parsing: Self.video + (0..<count).map { lines.replacing("#", with: "\($0)") }.joined())
    }
    let limits: [(String, Int, SDPError)] = [
      ("a=x#\n", 256, .tooMany(.attribute)),
      ("m=audio 9 RTP/SAVPF 0\n", 127, .tooMany(.media)),
      ("a=extmap:5 urn:#\n", 64, .tooMany(.extensionMap)),
      ("a=ssrc:# cname:a\n", 64, .tooMany(.source)),
      ("a=ssrc:1 cname:#\n", 16, .tooMany(.attribute)),
      ("a=ssrc-group:FID #\n", 64, .tooMany(.source)),
      ("a=rid:r# send\n", 16, .tooMany(.restrictionIdentifier)),
      ("a=candidate:1 1 udp 1 192.0.2.1 # typ host\n", 64, .tooMany(.candidate)),
      ("a=msid:s# t\n", 64, .tooMany(.attribute)),
      ("a=rtcp-fb:96 x#\n", 32, .tooMany(.attribute)),
      ("a=rtcp-fb:* x#\n", 32, .tooMany(.attribute)),
      ("a=fingerprint:x 0#\n".replacing("0#", with: "00"), 16, .tooMany(.attribute)),
      ("a=ice-options:o#\n", 16, .tooMany(.attribute)),
      ("\n", 11_995, .tooMany(.line)),
    ]
    for (lines, count, error) in limits {
      #expect(throws: Never.self, "\(lines)") { try parse(lines, count) }
      #expect(throws: error, "\(lines)") { try parse(lines, count + 1) }
    }
    #expect(throws: SDPError.lineTooLong) { try parse("a=" + String(repeating: "x", count: 4095) + "\n", 1) }
    #expect(throws: SDPError.tooLong) { try parse(String(repeating: "x", count: 512 * 1024), 1) }
    #expect(throws: SDPError.tooMany(.format)) {
      try parse("m=video 9 RTP/SAVPF" + String(repeating: " 1", count: 129), 1)
    }
  }

  @Test(arguments: ["chromium-156-offer-sim", "firefox-153-offer-svc", "gstreamer-1.22-offer"])
  func truncationsNeverCrashAndWhatIsReadCanBeWritten(name: String) throws {
    let text = Array(try SDPVectors.text(name + ".sdp").utf8)
    for count in stride(from: 0, to: text.count, by: 7) {
      try checkRoundTrip(of: text[..<count], "\(count) bytes")
    }
  }

  @Test func mutationsNeverCrashAndWhatIsReadCanBeWritten() throws {
    let seed: UInt64 = 2026
    var generator = SeededGenerator(seed: seed)
    let vectors = try ["simple-whip-client-offer", "firefox-153-offer-red", "chromium-156-offer-dc"].map {
      Array(try SDPVectors.text($0 + ".sdp").utf8)
    }
    let interesting = Array(" :;/=,~*\r\n\t0-9äa\u{0}".utf8)
    for round in 0..<6_000 {
      var text = vectors[round % vectors.count]
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        let place = Int.random(in: 0..<text.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: text[place] = .random(in: 0...255, using: &generator)
        case 1: text[place] = interesting.randomElement(using: &generator)!  // not empty
        case 2: text.insert(interesting.randomElement(using: &generator)!, at: place)  // not empty
        default: text.removeSubrange(place..<min(text.count, place + .random(in: 1...40, using: &generator)))
        }
      }
      try checkRoundTrip(of: text[...], "seed \(seed), round \(round)")
    }
  }

  private func checkRoundTrip(of text: ArraySlice<UInt8>, _ comment: Comment) throws {
    guard let description = try? SessionDescription(parsing: String(decoding: text, as: UTF8.self)) else { return }
    #expect(try SessionDescription(parsing: description.text) == description, comment)
  }
}
