/// One element of a header extension block: its id and where its value lies in the packet (RFC 8285 §4).
@usableFromInline package struct HeaderExtensionElement: Equatable, Sendable {
  /// The number that the SDP's `a=extmap` gave to the extension.
  @usableFromInline package let id: UInt8
  @usableFromInline let valueByteCount: UInt8
  @usableFromInline let valueOffset: UInt16

  @inlinable init(id: UInt8, offset: Int, byteCount: Int) {
    self.id = id
    valueOffset = UInt16(truncatingIfNeeded: offset)  // within a packet, which is shorter than 64 KiB
    valueByteCount = UInt8(truncatingIfNeeded: byteCount)  // 8 bits at most in either form
  }

  @inlinable package var byteCount: Int { Int(valueByteCount) }

  /// Where the value lies in the packet.
  @inlinable package var range: Range<Int> {
    Int(valueOffset)..<(Int(valueOffset) + Int(valueByteCount))
  }
}

/// Walks over the elements of a packet's header extension block, in whichever form it is written (RFC 8285 §4.2 and §4.3).
///
/// ```
/// one byte:   | id 1-14 : 4 | length - 1 : 4 | value …      two bytes:   | id 1-255 : 8 | length : 8 | value …
/// ```
///
/// A zero byte is padding in both. Id 15 in the one-byte form ends the block, whatever follows.
@usableFromInline package struct HeaderExtensionCursor: Sendable {
  @usableFromInline let form: HeaderExtensionForm
  @usableFromInline var position: Int
  @usableFromInline var end: Int

  @inlinable package init(_ header: RTPHeader) {
    let range = header.extensionRange
    form = header.extensionForm
    position = range.lowerBound
    end = range.upperBound
  }

  /// The next element of the block of `packet`, whose header the cursor was made from.
  ///
  /// Throws `invalidLength` if a value reaches beyond the block; elements returned before stay valid.
  @inlinable package mutating func next(in packet: RawSpan) throws(WireError) -> HeaderExtensionElement? {
    switch form {
    case .none, .other: return nil
    case .oneByte: return try nextOneByte(in: packet)
    case .twoByte: return try nextTwoByte(in: packet)
    }
  }

  @inlinable mutating func nextOneByte(in packet: RawSpan) throws(WireError) -> HeaderExtensionElement? {
    while position < end {
      let byte = try packet.loadUInt8(at: position)
      position += 1
      guard byte != 0 else { continue }
      let id = byte >> 4
      guard id != 0, id != 15 else {  // a zero id with a length has no meaning either: nothing after it can be trusted
        position = end
        return nil
      }
      return try element(id: id, byteCount: Int(byte & 0x0f) + 1)
    }
    return nil
  }

  @inlinable mutating func nextTwoByte(in packet: RawSpan) throws(WireError) -> HeaderExtensionElement? {
    while position < end {
      let id = try packet.loadUInt8(at: position)
      position += 1
      guard id != 0 else { continue }
      guard position < end else { throw .invalidLength }
      let count = Int(try packet.loadUInt8(at: position))
      position += 1
      return try element(id: id, byteCount: count)
    }
    return nil
  }

  @inlinable mutating func element(id: UInt8, byteCount: Int) throws(WireError) -> HeaderExtensionElement {
    guard byteCount <= end - position else {
      position = end
      throw .invalidLength
    }
    defer { position += byteCount }
    return HeaderExtensionElement(id: id, offset: position, byteCount: byteCount)
  }
}
