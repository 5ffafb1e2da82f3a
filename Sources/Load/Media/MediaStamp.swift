package import RTP

/// What a load writes at the end of each payload, so that whoever receives it knows what it is and when it was sent.
///
/// It stands at the end because servers rewrite the beginning: picture numbers of a payload descriptor, the wrapping of RED. Times are of the
/// machine's monotonic clock, so a latency can only be told where publisher and subscriber are on one machine.
/// ```
/// | mark : 32 | run : 32 | sent at : 64 | frame : 32 | index : 16 | count : 16 | layer : 8 | 0 : 8 |
/// ```
package struct MediaStamp: Equatable, Sendable {
  package static let byteCount = 26
  /// `PLoa`
  private static let mark: UInt32 = 0x504C_6F61

  /// Which load sent it: two that are in one room are not to be taken for each other.
  package var run: UInt32
  package var sentAt: Instant
  /// Which picture it belongs to; the same for all layers of it.
  package var frame: UInt32
  /// Which packet of the picture, of how many.
  package var index: UInt16
  package var count: UInt16
  package var layer: UInt8

  package init(run: UInt32, sentAt: Instant, frame: UInt32, index: UInt16 = 0, count: UInt16 = 1, layer: UInt8 = 0) {
    (self.run, self.sentAt, self.frame) = (run, sentAt, frame)
    (self.index, self.count, self.layer) = (index, count, layer)
  }

  /// Reads the stamp at the end of a payload; throws `truncated` if it is shorter, `unexpectedType` if there is none, `invalidValue` if
  /// it names a packet that its frame does not have.
  package init(endOf payload: RawSpan) throws(WireError) {
    guard payload.byteCount >= Self.byteCount else { throw .truncated }
    var bytes = payload.extracting((payload.byteCount - Self.byteCount)...)
    guard try bytes.readUInt32() == Self.mark else { throw .unexpectedType }
    run = try bytes.readUInt32()
    sentAt = Instant(nanoseconds: Int64(bitPattern: try bytes.readUInt64()))
    frame = try bytes.readUInt32()
    index = try bytes.readUInt16()
    count = try bytes.readUInt16()
    layer = try bytes.readUInt8()
    guard index < count else { throw .invalidValue }
  }

  package func write(into output: inout OutputRawSpan) throws(WireError) {
    guard output.freeCapacity >= Self.byteCount else { throw .bufferFull }
    try output.writeUInt32(Self.mark)
    try output.writeUInt32(run)
    try output.writeUInt64(UInt64(bitPattern: sentAt.nanoseconds))
    try output.writeUInt32(frame)
    try output.writeUInt16(index)
    try output.writeUInt16(count)
    try output.writeUInt8(layer)
    try output.writeUInt8(0)
  }
}
