import RTP
import STUN
import WebRTC

/// What the server says of itself in these tests.
enum LocalSide {
  static let origin = SessionDescription.Origin(sessionID: "77", version: "1")

  static var transport: LocalTransport {
    let candidates = LocalCandidates(
      addresses: [IPAddress(ipv4: 0xC633_6401), IPAddress(ipv6: 0x2001_0db8_0000_0000, 1)], udpPort: 3478, tcpPort: 3478
    )
    return LocalTransport(
      credentials: ICECredentials(ufrag: "ABCDEFGHIJKLMNOP", password: String(repeating: "p", count: 32))!,  // valid
      fingerprint: CertificateFingerprint(.sha256, (0..<32).map { UInt8($0) })!,  // 32 bytes, as SHA-256 has
      candidates: candidates.candidates)
  }

  static func answer(
    _ offer: SessionDescription, by side: SessionAnswer.Side = .receiving,
    with capabilities: MediaCapabilities = .init()
  ) throws(NegotiationError) -> SessionAnswer {
    try SessionAnswer(to: offer, by: side, transport: transport, origin: origin, capabilities: capabilities)
  }

  static func track(_ kind: MediaKind, _ number: UInt32) -> LocalTrack {
    LocalTrack(
      kind: kind, ssrc: SSRC(rawValue: number), retransmission: kind == .video ? SSRC(rawValue: number + 1) : nil,
      cname: "parley", stream: "stream\(number)", track: "track\(number)")
  }
}

extension SessionDescription {
  /// An answer as a browser gives it: everything accepted, other numbers kept, the other role.
  func browserAnswer(_ change: (inout SessionDescription) -> Void = { _ in }) -> SessionDescription {
    var answer = self
    answer.isICELite = false
    for index in answer.media.indices {
      answer.media[index].transport.ufrag = "9fZk"
      answer.media[index].transport.password = "abcdefghijklmnopqrstuvwx"
      answer.media[index].transport.setup = .active
      answer.media[index].direction = answer.direction(of: answer.media[index]).reversed
      answer.media[index].candidates = []
      answer.media[index].sources = []
      answer.media[index].sourceGroups = []
    }
    change(&answer)
    return answer
  }
}
