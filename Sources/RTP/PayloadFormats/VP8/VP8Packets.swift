/// Puts VP8 frames together (RFC 7741 §4.4): the data of all packets, one after the other.
package struct VP8Depacketizer: Depacketizer {
  private var hasBegun = false

  package init() {}

  /// Throws `missingContext` if the first packet is not the beginning of a frame.
  package mutating func append(_ payload: RawSpan, to frame: inout [UInt8]) throws(WireError) {
    var data = payload
    let descriptor = try VP8PayloadDescriptor(reading: &data)
    guard descriptor.startsFrame != hasBegun else { throw .missingContext }
    guard data.byteCount > 0 else { throw .truncated }
    hasBegun = true
    try frame.append(data)
  }

  package mutating func finish() throws(WireError) {
    hasBegun = false
  }
}

/// Divides VP8 frames into packets; partitions are not looked for, so all packets belong to the first (RFC 7741 §4.4).
package struct VP8Packetizer: Packetizer {
  private var descriptor: VP8PayloadDescriptor
  private var parts: EvenParts

  /// `descriptor` says what is common to all packets of the frame.
  package init(frame: RawSpan, descriptor: VP8PayloadDescriptor, maximumPayloadByteCount: Int) {
    self.descriptor = descriptor
    self.descriptor.startsPartition = true
    self.descriptor.partitionIndex = 0
    parts = EvenParts(0..<frame.byteCount, limit: maximumPayloadByteCount - descriptor.byteCount)
  }

  package var isFinished: Bool { parts.isFinished }

  package mutating func writeNext(of frame: RawSpan, into output: inout OutputRawSpan) throws(WireError) {
    try descriptor.write(into: &output)
    try output.writeBytes(frame.extracting(parts.next()))
    descriptor.startsPartition = false
  }
}
