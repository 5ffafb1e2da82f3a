package import RTP

/// Writes a STUN message into a caller's buffer, attribute after attribute.
///
/// The header's length is right after every step. What does not fit throws `bufferFull`; the caller then drops what was written.
/// ```swift
/// var builder = try STUNMessageBuilder(.init(.binding, .successResponse), transactionID, into: &output)
/// try builder.append(.xorMappedAddress, address, to: &output)
/// try builder.appendIntegrity(madeWith: key, to: &output)
/// try builder.appendFingerprint(to: &output)
/// ```
package struct STUNMessageBuilder {
  /// Leaves room in the 16-bit length for the attributes that protect the message.
  private static let maximumLength = 65_000

  /// Where the message begins in the output.
  let start: Int
  private let transactionID: STUNTransactionID

  /// Writes the header.
  package init(
    _ type: STUNMessageType, _ transactionID: STUNTransactionID, into output: inout OutputRawSpan
  ) throws(WireError) {
    guard output.freeCapacity >= STUNMessage.headerLength else { throw .bufferFull }
    start = output.byteCount
    self.transactionID = transactionID
    try output.writeUInt16(type.wireValue)
    try output.writeUInt16(0)
    try output.writeUInt32(STUNMessage.magicCookie)
    try output.writeUInt32(transactionID.high)
    try output.writeUInt64(transactionID.low)
  }

  /// Appends an attribute whose value is bytes or text.
  package mutating func append(
    _ type: STUNAttributeType, _ value: RawSpan, to output: inout OutputRawSpan
  ) throws(WireError) {
    try begin(type, byteCount: value.byteCount, in: &output)
    try output.writeBytes(value)
    try output.writeZeros((4 - value.byteCount % 4) % 4)
  }

  /// Appends an attribute without a value.
  package mutating func append(_ type: STUNAttributeType, to output: inout OutputRawSpan) throws(WireError) {
    try begin(type, byteCount: 0, in: &output)
  }

  /// Appends an attribute whose value is one byte, like EVEN-PORT.
  package mutating func append(
    _ type: STUNAttributeType, _ value: UInt8, to output: inout OutputRawSpan
  ) throws(WireError) {
    try begin(type, byteCount: 1, in: &output)
    try output.writeUInt8(value)
    try output.writeZeros(3)
  }

  /// Appends an attribute whose value is 32 bits, like PRIORITY or LIFETIME.
  package mutating func append(
    _ type: STUNAttributeType, _ value: UInt32, to output: inout OutputRawSpan
  ) throws(WireError) {
    try begin(type, byteCount: 4, in: &output)
    try output.writeUInt32(value)
  }

  /// Appends an attribute whose value is 64 bits, like ICE-CONTROLLING or RESERVATION-TOKEN.
  package mutating func append(
    _ type: STUNAttributeType, _ value: UInt64, to output: inout OutputRawSpan
  ) throws(WireError) {
    try begin(type, byteCount: 8, in: &output)
    try output.writeUInt64(value)
  }

  /// Appends an address; the ones whose name begins with XOR are masked.
  package mutating func append(
    _ type: STUNAttributeType, _ address: TransportAddress, to output: inout OutputRawSpan
  ) throws(WireError) {
    let isPlain = type == .mappedAddress || type == .alternateServer
    let mask = STUNAddressMask(isPlain ? nil : transactionID)
    let ip = address.ip
    try begin(type, byteCount: ip.family == .ipv4 ? 8 : 20, in: &output)
    try output.writeUInt8(0)
    try output.writeUInt8(ip.family.rawValue)
    try output.writeUInt16(address.port ^ mask.port)
    switch ip.family {
    case .ipv4:
      try output.writeUInt32(UInt32(truncatingIfNeeded: ip.low) ^ mask.ipv4)
    case .ipv6:
      try output.writeUInt64(ip.high ^ mask.high)
      try output.writeUInt64(ip.low ^ mask.low)
    }
  }

  /// Appends ERROR-CODE with the phrase that belongs to it.
  package mutating func append(_ code: STUNErrorCode, to output: inout OutputRawSpan) throws(WireError) {
    let reason = code.reason
    let padding = (4 - reason.utf8CodeUnitCount % 4) % 4
    try begin(.errorCode, byteCount: 4 + reason.utf8CodeUnitCount, in: &output)
    try output.writeUInt32(UInt32(code.rawValue / 100) << 8 | UInt32(code.rawValue % 100))
    for index in 0..<reason.utf8CodeUnitCount {
      try output.writeUInt8(reason.utf8Start[index])  // a static string lives for ever
    }
    try output.writeZeros(padding)
  }

  /// Appends UNKNOWN-ATTRIBUTES.
  package mutating func append(
    unknown types: [STUNAttributeType], to output: inout OutputRawSpan
  ) throws(WireError) {
    try begin(.unknownAttributes, byteCount: 2 * types.count, in: &output)
    for type in types { try output.writeUInt16(type.rawValue) }
    try output.writeZeros(types.count % 2 * 2)
  }

  /// Makes room for the attribute with its padding, corrects the header's length and writes type and length.
  private func begin(
    _ type: STUNAttributeType, byteCount: Int, in output: inout OutputRawSpan
  ) throws(WireError) {
    let padded = (byteCount + 3) & ~3
    guard byteCount <= Self.maximumLength, output.byteCount - start + padded <= Self.maximumLength else {
      throw .valueTooLarge
    }
    guard output.freeCapacity >= 4 + padded else { throw .bufferFull }
    setLength(addingAttributeOf: padded, in: &output)
    try output.writeUInt16(type.rawValue)
    try output.writeUInt16(UInt16(byteCount))
  }

  /// Sets the header's length to what it will be with one more attribute.
  func setLength(addingAttributeOf byteCount: Int, in output: inout OutputRawSpan) {
    let length = output.byteCount - start - STUNMessage.headerLength + 4 + byteCount
    output.setUInt16(UInt16(length), at: start + 2)
  }
}
