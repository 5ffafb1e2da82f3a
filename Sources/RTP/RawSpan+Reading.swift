/// Reading in network byte order.
///
/// A `RawSpan` in a `var` is its own cursor: every `read…` takes its bytes from the front and leaves the rest. A field that is
/// not wholly there throws `WireError.truncated` and takes nothing. The `load…` forms read at an offset and move nothing.
extension RawSpan {
  /// Takes one byte from the front.
  @inlinable package mutating func readUInt8() throws(WireError) -> UInt8 {
    guard byteCount >= 1 else { throw .truncated }
    let value = unsafeLoad(as: UInt8.self)  // one byte is there, and a byte has no alignment
    self = extracting(droppingFirst: 1)
    return value
  }

  /// Takes two bytes from the front, the most significant first.
  @inlinable package mutating func readUInt16() throws(WireError) -> UInt16 {
    guard byteCount >= 2 else { throw .truncated }
    let value = UInt16(bigEndian: unsafeLoadUnaligned(as: UInt16.self))  // two bytes are there
    self = extracting(droppingFirst: 2)
    return value
  }

  /// Takes three bytes from the front, the most significant first; the result is below 2^24.
  @inlinable package mutating func readUInt24() throws(WireError) -> UInt32 {
    guard byteCount >= 3 else { throw .truncated }
    let high = UInt16(bigEndian: unsafeLoadUnaligned(as: UInt16.self))  // three bytes are there
    let low = unsafeLoad(fromByteOffset: 2, as: UInt8.self)
    self = extracting(droppingFirst: 3)
    return UInt32(high) << 8 | UInt32(low)
  }

  /// Takes four bytes from the front, the most significant first.
  @inlinable package mutating func readUInt32() throws(WireError) -> UInt32 {
    guard byteCount >= 4 else { throw .truncated }
    let value = UInt32(bigEndian: unsafeLoadUnaligned(as: UInt32.self))  // four bytes are there
    self = extracting(droppingFirst: 4)
    return value
  }

  /// Takes eight bytes from the front, the most significant first.
  @inlinable package mutating func readUInt64() throws(WireError) -> UInt64 {
    guard byteCount >= 8 else { throw .truncated }
    let value = UInt64(bigEndian: unsafeLoadUnaligned(as: UInt64.self))  // eight bytes are there
    self = extracting(droppingFirst: 8)
    return value
  }

  /// Leaves out `count` bytes at the front.
  @inlinable package mutating func skip(_ count: Int) throws(WireError) {
    guard count >= 0, count <= byteCount else { throw .truncated }
    self = extracting(droppingFirst: count)
  }

  /// Takes `count` bytes from the front as an array, for names and other control data; media never goes this way.
  package mutating func readArray(_ count: Int) throws(WireError) -> [UInt8] {
    guard count >= 0, count <= byteCount else { throw .truncated }
    let array = extracting(first: count).array
    self = extracting(droppingFirst: count)
    return array
  }

  /// Makes sure that `range` lies within, so that `extracting(range)` cannot trap.
  @inlinable package func require(_ range: Range<Int>) throws(WireError) {
    guard range.lowerBound >= 0, range.upperBound <= byteCount else { throw .truncated }
  }

  /// The byte at `offset`.
  @inlinable package func loadUInt8(at offset: Int) throws(WireError) -> UInt8 {
    guard offset >= 0, offset < byteCount else { throw .truncated }
    return unsafeLoad(fromByteOffset: offset, as: UInt8.self)  // the byte is there
  }

  /// The two bytes at `offset`, the most significant first.
  @inlinable package func loadUInt16(at offset: Int) throws(WireError) -> UInt16 {
    guard offset >= 0, offset &+ 2 <= byteCount else { throw .truncated }
    return UInt16(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))  // both are there
  }

  /// The four bytes at `offset`, the most significant first.
  @inlinable package func loadUInt32(at offset: Int) throws(WireError) -> UInt32 {
    guard offset >= 0, offset &+ 4 <= byteCount else { throw .truncated }
    return UInt32(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))  // all four are there
  }

  /// A copy of all bytes.
  package var array: [UInt8] {
    withUnsafeBytes { Array($0) }
  }
}
