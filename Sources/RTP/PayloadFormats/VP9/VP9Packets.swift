/// Puts VP9 pictures together: the frames of all spatial layers that came, one after the other.
package struct VP9Depacketizer: Depacketizer {
  private var isWithinFrame = false

  package init() {}

  /// Throws `missingContext` for a packet in the middle of a layer frame that has not begun, or a beginning before the end.
  package mutating func append(_ payload: RawSpan, to frame: inout [UInt8]) throws(WireError) {
    var data = payload
    let descriptor = try VP9PayloadDescriptor(reading: &data)
    guard descriptor.startsFrame != isWithinFrame else { throw .missingContext }
    guard data.byteCount > 0 else { throw .truncated }
    isWithinFrame = !descriptor.endsFrame
    try frame.append(data)
  }

  package mutating func finish() throws(WireError) {
    defer { isWithinFrame = false }
    guard !isWithinFrame else { throw .missingContext }
  }
}

/// Divides VP9 layer frames into packets (RFC 9628 §4.4).
package struct VP9Packetizer: Packetizer {
  private var descriptor: VP9PayloadDescriptor
  private var parts: EvenParts

  /// `descriptor` says what is common to all packets of the frame; its structure goes with the first.
  package init(frame: RawSpan, descriptor: VP9PayloadDescriptor, maximumPayloadByteCount: Int) {
    self.descriptor = descriptor
    self.descriptor.startsFrame = true
    parts = EvenParts(0..<frame.byteCount, limit: maximumPayloadByteCount - descriptor.byteCount)
  }

  package var isFinished: Bool { parts.isFinished }

  package mutating func writeNext(of frame: RawSpan, into output: inout OutputRawSpan) throws(WireError) {
    descriptor.endsFrame = parts.isLast
    try descriptor.write(into: &output)
    try output.writeBytes(frame.extracting(parts.next()))
    descriptor.startsFrame = false
    descriptor.structure = nil  // once a picture is enough
  }
}
