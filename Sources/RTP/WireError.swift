/// Why bytes from the network are not what they claim to be, or why a value cannot be put on the wire.
///
/// One small enum serves every format of this floor: what a caller does with a bad packet (drop it and count it) depends on
/// the kind of defect at most, never on the field. It has no payload, so throwing it allocates nothing.
@usableFromInline package enum WireError: Error, Equatable, Sendable, CaseIterable {
  /// The bytes end before the format does.
  case truncated
  /// Bytes are left over after the format has ended.
  case trailingBytes
  /// The version field names another version of the protocol.
  case unsupportedVersion
  /// The packet, or the part of it asked for, is of another type than this parser reads.
  case unexpectedType
  /// A length or count contradicts what surrounds it.
  case invalidLength
  /// The padding count is zero or larger than what could be padded.
  case invalidPadding
  /// A field holds a value that the format reserves or forbids.
  case invalidValue
  /// The packet can only be understood with an earlier one that is missing.
  case missingContext
  /// A value does not fit the field it should be written to.
  case valueTooLarge
  /// The caller's buffer is too small for what should be written.
  case bufferFull
}
