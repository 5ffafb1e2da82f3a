/// Writing in network byte order, one field after another.
///
/// The standard library's `OutputRawSpan` is a caller's buffer with a fill mark: every `write…` appends behind it. A field that
/// does not fit throws `WireError.bufferFull` and writes nothing.
extension OutputRawSpan {
  /// Appends one byte.
  @inlinable package mutating func writeUInt8(_ value: UInt8) throws(WireError) {
    guard freeCapacity >= 1 else { throw .bufferFull }
    append(value)
  }

  /// Appends two bytes, the most significant first.
  @inlinable package mutating func writeUInt16(_ value: UInt16) throws(WireError) {
    guard freeCapacity >= 2 else { throw .bufferFull }
    append(value.bigEndian, as: UInt16.self)
  }

  /// Appends the low three bytes, the most significant first; what lies above them must be zero.
  @inlinable package mutating func writeUInt24(_ value: UInt32) throws(WireError) {
    guard value < 1 << 24 else { throw .valueTooLarge }
    guard freeCapacity >= 3 else { throw .bufferFull }
    append(UInt16(truncatingIfNeeded: value >> 8).bigEndian, as: UInt16.self)
    append(UInt8(truncatingIfNeeded: value))
  }

  /// Appends four bytes, the most significant first.
  @inlinable package mutating func writeUInt32(_ value: UInt32) throws(WireError) {
    guard freeCapacity >= 4 else { throw .bufferFull }
    append(value.bigEndian, as: UInt32.self)
  }

  /// Appends eight bytes, the most significant first.
  @inlinable package mutating func writeUInt64(_ value: UInt64) throws(WireError) {
    guard freeCapacity >= 8 else { throw .bufferFull }
    append(value.bigEndian, as: UInt64.self)
  }

  /// Appends `count` zero bytes.
  @inlinable package mutating func writeZeros(_ count: Int) throws(WireError) {
    guard count >= 0, count <= freeCapacity else { throw .bufferFull }
    append(repeating: 0, count: count, as: UInt8.self)
  }

  /// Appends a copy of `bytes`.
  @inlinable package mutating func writeBytes(_ bytes: RawSpan) throws(WireError) {
    let count = bytes.byteCount
    guard count <= freeCapacity else { throw .bufferFull }
    withUnsafeMutableBytes { buffer, initializedCount in
      // The guard above says that the free part of the buffer holds `count` bytes.
      let target = UnsafeMutableRawBufferPointer(rebasing: buffer[initializedCount..<(initializedCount + count)])
      bytes.withUnsafeBytes { target.copyMemory(from: $0) }
      initializedCount += count
    }
  }

  /// Appends a copy of `bytes`.
  package mutating func writeBytes(_ bytes: [UInt8]) throws(WireError) {
    try writeBytes(bytes.span.bytes)
  }

  /// Overwrites two bytes that were written before, such as a length that is known only at the end.
  @inlinable package mutating func setUInt16(_ value: UInt16, at offset: Int) {
    var written = mutableBytes
    written.setUInt16(value, at: offset)
  }
}

/// Overwriting fields in place, in network byte order.
///
/// An offset outside the span is our bug, never the network's, so it traps.
extension MutableRawSpan {
  /// Overwrites the byte at `offset`.
  @inlinable package mutating func setUInt8(_ value: UInt8, at offset: Int) {
    storeBytes(of: value, toByteOffset: offset, as: UInt8.self)
  }

  /// Overwrites two bytes at `offset`, the most significant first.
  @inlinable package mutating func setUInt16(_ value: UInt16, at offset: Int) {
    storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt16.self)
  }

  /// Overwrites three bytes at `offset`, the most significant first; `value` must be below 2^24.
  @inlinable package mutating func setUInt24(_ value: UInt32, at offset: Int) {
    precondition(value < 1 << 24, "a 24-bit field cannot hold the value")
    storeBytes(of: UInt16(truncatingIfNeeded: value >> 8).bigEndian, toByteOffset: offset, as: UInt16.self)
    storeBytes(of: UInt8(truncatingIfNeeded: value), toByteOffset: offset + 2, as: UInt8.self)
  }

  /// Overwrites four bytes at `offset`, the most significant first.
  @inlinable package mutating func setUInt32(_ value: UInt32, at offset: Int) {
    storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt32.self)
  }
}

extension Array where Element == UInt8 {
  /// The bytes that `body` writes, at most `capacity` of them: for control messages and tests, where an array is wanted.
  package init(
    capacity: Int, writing body: (inout OutputRawSpan) throws(WireError) -> Void
  ) throws(WireError) {
    var failure: WireError?
    self.init(unsafeUninitializedCapacity: capacity) { buffer, initializedCount in
      let storage = UnsafeMutableRawBufferPointer(buffer)
      var output = OutputRawSpan(buffer: storage, initializedCount: 0)
      do throws(WireError) { try body(&output) } catch { failure = error }
      initializedCount = output.finalize(for: storage)
    }
    if let failure { throw failure }
  }
}
