/// Builds one RTP header with a chosen list of extensions in a caller's buffer (RFC 3550 §5.1, RFC 8285 §4).
///
/// `init` writes the fixed part, each `append` one element, `finish` pads the block and fills in its length. All calls take the
/// same output. The form of the block is chosen before: `HeaderExtensionForm.union` over the elements gives the smallest.
@usableFromInline package struct RTPHeaderWriter {
  @usableFromInline let form: HeaderExtensionForm
  /// Where the elements begin in the output.
  @usableFromInline let blockStart: Int

  /// Writes everything before the first element. `csrcs` are the contributing sources as they stand in a packet.
  @inlinable package init(
    _ fields: RTPHeaderFields, csrcs: RawSpan = RawSpan(), form: HeaderExtensionForm, into output: inout OutputRawSpan
  ) throws(WireError) {
    precondition(form != .other, "blocks of other profiles are not written")
    guard csrcs.byteCount <= 60, csrcs.byteCount % 4 == 0 else { throw .valueTooLarge }
    let hasExtensions = form != .none
    try output.writeUInt8(fields.firstByte(hasExtensions: hasExtensions, csrcCount: csrcs.byteCount / 4))
    try output.writeUInt8(fields.secondByte)
    try output.writeUInt16(fields.sequenceNumber.rawValue)
    try output.writeUInt32(fields.timestamp)
    try output.writeUInt32(fields.ssrc.rawValue)
    try output.writeBytes(csrcs)
    if hasExtensions {
      try output.writeUInt16(form.profile)
      try output.writeUInt16(0)  // the length, known to `finish`
    }
    self.form = form
    blockStart = output.byteCount
  }

  /// Appends an element whose value is `bytes`.
  @inlinable package func append(
    id: UInt8, bytes: RawSpan, into output: inout OutputRawSpan
  ) throws(WireError) {
    try appendElementHeader(id: id, byteCount: bytes.byteCount, into: &output)
    try output.writeBytes(bytes)
  }

  /// Appends an element with the wire form of `value`.
  @inlinable package func append(
    id: UInt8, _ value: some HeaderExtension, into output: inout OutputRawSpan
  ) throws(WireError) {
    try appendElementHeader(id: id, byteCount: value.byteCount, into: &output)
    try value.write(into: &output)
  }

  /// Appends an element of zeros to be filled in at the returned offset, for values known only when the packet leaves.
  @inlinable package func reserve(
    id: UInt8, byteCount: Int, into output: inout OutputRawSpan
  ) throws(WireError) -> Int {
    try appendElementHeader(id: id, byteCount: byteCount, into: &output)
    let offset = output.byteCount
    try output.writeZeros(byteCount)
    return offset
  }

  /// Pads the block to whole words and writes its length; the payload follows.
  @inlinable package func finish(into output: inout OutputRawSpan) throws(WireError) {
    guard form != .none else { return }
    try output.writeZeros((blockStart - output.byteCount) & 3)
    let words = (output.byteCount - blockStart) / 4
    guard words <= UInt16.max else { throw .valueTooLarge }
    output.setUInt16(UInt16(words), at: blockStart - 2)
  }

  @inlinable func appendElementHeader(
    id: UInt8, byteCount: Int, into output: inout OutputRawSpan
  ) throws(WireError) {
    guard id != 0 else { throw .invalidValue }
    switch form {
    case .oneByte:
      guard id < 15, 1...16 ~= byteCount else { throw .valueTooLarge }
      guard output.freeCapacity > byteCount else { throw .bufferFull }
      try output.writeUInt8(id << 4 | UInt8(byteCount - 1))
    case .twoByte:
      guard byteCount <= UInt8.max else { throw .valueTooLarge }
      guard output.freeCapacity > byteCount + 1 else { throw .bufferFull }
      try output.writeUInt8(id)
      try output.writeUInt8(UInt8(byteCount))
    case .none, .other:
      throw .invalidValue
    }
  }
}
