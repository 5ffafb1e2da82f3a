import RTP
import TestSupport
import Testing

/// All payloads that a packetizer makes of `frame`; each must fit `limit`.
func payloads(
  of frame: [UInt8], limit: Int, _ packetizer: some Packetizer, sourceLocation: SourceLocation = #_sourceLocation
) throws(WireError) -> [[UInt8]] {
  var packetizer = packetizer
  var payloads: [[UInt8]] = []
  while !packetizer.isFinished {
    let payload = try [UInt8](capacity: limit) { output throws(WireError) in
      try packetizer.writeNext(of: frame.span.bytes, into: &output)
    }
    payloads.append(payload)
    guard payloads.count <= frame.count + 1 else { throw .invalidLength }
  }
  return payloads
}

/// The frame that a depacketizer makes of `payloads`.
func frame(of payloads: [[UInt8]], _ depacketizer: some Depacketizer) throws(WireError) -> [UInt8] {
  var depacketizer = depacketizer
  var frame: [UInt8] = []
  for payload in payloads { try depacketizer.append(payload.span.bytes, to: &frame) }
  try depacketizer.finish()
  return frame
}

/// Random bytes that are no start code in any position.
func randomBytes(_ count: Int, using generator: inout SeededGenerator) -> [UInt8] {
  (0..<count).map { _ in UInt8.random(in: 2...255, using: &generator) }
}
