/// The body of a WHIP or WHEP `PATCH` (`application/trickle-ice-sdpfrag`, RFC 8840 §9): credentials and candidates.
package struct ICEFragment: Equatable, Sendable {
  package var credentials: ICECredentials
  package var candidates: [ICECandidate]
  package var hasAllCandidates: Bool
  package var isICELite: Bool
  package var options: [String] = []
  package var mid: String?

  package init(credentials: ICECredentials, candidates: [ICECandidate], mid: String?) {
    self.credentials = credentials
    self.candidates = candidates
    self.mid = mid
    hasAllCandidates = true
    isICELite = true
  }

  /// What the server says of itself after a restart: its options are those of its answer (RFC 9725 §4.3.3).
  init(restarting local: LocalTransport, for remote: RemoteTransport, mid: String?) {
    self.init(credentials: local.credentials, candidates: local.candidates, mid: mid)
    options = local.description(remote.localSetup, renomination: remote.supportsRenomination).options
  }

  /// Reads a fragment; throws `invalidValue` if it holds no credentials, and what a description throws.
  package init(parsing text: String) throws(SDPError) {
    // A fragment is a description without its first lines.
    let session: SessionDescription
    do throws(SDPError) {
      session = try SessionDescription(parsing: "v=0\n" + text)
    } catch {
      guard case .malformed(let line) = error else { throw error }
      throw .malformed(line: line - 1)
    }
    var transport = session.transport
    if let media = session.media.first { transport = session.transport(of: media) }
    guard let ufrag = transport.ufrag, let password = transport.password,
      let credentials = ICECredentials(ufrag: ufrag, password: password)
    else { throw .invalidValue }
    self.credentials = credentials
    candidates = session.media.flatMap(\.candidates)
    guard candidates.count <= SDPLimits.candidateCount else { throw .tooMany(.candidate) }
    hasAllCandidates = session.media.contains(where: \.hasAllCandidates)
    isICELite = session.isICELite
    options = transport.options
    mid = session.media.first?.mid
  }

  package var text: String {
    var lines = isICELite ? ["a=ice-lite"] : []
    if !options.isEmpty { lines.append("a=ice-options:\(options.joined(separator: " "))") }
    lines += ["a=ice-ufrag:\(credentials.ufrag)", "a=ice-pwd:\(credentials.password)"]
    lines.append("m=audio 9 UDP/TLS/RTP/SAVPF 0")  // RFC 8840 §9: the line separates, its content means nothing
    if let mid { lines.append("a=mid:\(mid)") }
    lines += candidates.map { "a=candidate:\($0.attributeValue)" }
    if hasAllCandidates { lines.append("a=end-of-candidates") }
    return lines.joined(separator: "\r\n") + "\r\n"
  }
}
