import STUN
import WebRTC

/// Answers arbitrary offers from both sides; every answer must be a description that reads as it was written.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSessionAnswer(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  guard let offer = try? SessionDescription(parsing: text),
    let credentials = ICECredentials(ufrag: "ABCDEFGHIJKLMNOP", password: String(repeating: "p", count: 32)),
    let fingerprint = CertificateFingerprint(.sha256, Array(repeating: 7, count: 32))
  else { return 0 }
  let candidates = LocalCandidates(addresses: [IPAddress(ipv4: 1)], udpPort: 3478, tcpPort: 3478).candidates
  let transport = LocalTransport(credentials: credentials, fingerprint: fingerprint, candidates: candidates)
  for side in [SessionAnswer.Side.receiving, .sending([])] {
    let origin = SessionDescription.Origin(sessionID: "1", version: "1")
    guard let answer = try? SessionAnswer(to: offer, by: side, transport: transport, origin: origin) else { continue }
    let again = try? SessionDescription(parsing: answer.description.text)
    precondition(again == answer.description, "the answer reads differently")
    precondition(answer.description.media.count == offer.media.count, "the answer has other media descriptions")
  }
  return 0
}
