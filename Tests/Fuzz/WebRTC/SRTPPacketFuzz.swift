import RTP
import WebRTC

/// Opens arbitrary bytes as SRTP and as SRTCP under each profile: nobody guesses a tag, so nothing may be accepted.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSRTPPacket(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  for profile in SRTPProfile.allCases {
    var context = SRTPReceiveContext(
      profile: profile,
      master: SRTPMasterKey(
        profile: profile, key: Array(repeating: 1, count: profile.keyByteCount),
        salt: Array(repeating: 2, count: profile.saltByteCount)))
    precondition(!opens(&context, bytes), "a forged packet was accepted")
    precondition(!opensRTCP(&context, bytes), "a forged packet was accepted")
  }
  return 0
}

private func opens(_ context: inout SRTPReceiveContext, _ packet: [UInt8]) -> Bool {
  guard let header = try? RTPHeader(parsing: packet.span.bytes) else { return false }
  var copy = packet
  var span = copy.mutableSpan
  var bytes = span.mutableBytes
  return (try? context.open(&bytes, header: header)) != nil
}

private func opensRTCP(_ context: inout SRTPReceiveContext, _ packet: [UInt8]) -> Bool {
  var copy = packet
  var span = copy.mutableSpan
  var bytes = span.mutableBytes
  return (try? context.openRTCP(&bytes)) != nil
}
