/// How the elements of a header extension block are written (RFC 8285 §4).
///
/// The form is a property of one packet: with `a=extmap-allow-mixed` a stream changes it from packet to packet.
@usableFromInline package enum HeaderExtensionForm: UInt8, Sendable {
  /// The packet has no block.
  case none
  /// Ids 1 to 14, values of 1 to 16 bytes.
  case oneByte
  /// Ids 1 to 255, values of 0 to 255 bytes.
  case twoByte
  /// A block of some other profile, opaque to us.
  case other

  /// The form that the 16 bits before the block's length announce.
  @inlinable package init(profile: UInt16) {
    if profile == 0xbede {
      self = .oneByte
    } else if profile & 0xfff0 == 0x1000 {
      self = .twoByte  // the low four bits are "appbits", to be ignored
    } else {
      self = .other
    }
  }

  /// The smallest form that can carry an element.
  @inlinable package init(id: UInt8, byteCount: Int) {
    self = 1...14 ~= id && 1...16 ~= byteCount ? .oneByte : .twoByte
  }

  /// The 16 bits that announce the form.
  @inlinable var profile: UInt16 {
    switch self {
    case .oneByte: 0xbede
    case .twoByte: 0x1000
    case .none, .other: 0
    }
  }

  /// The smallest form that can carry what both can.
  @inlinable package func union(_ other: HeaderExtensionForm) -> HeaderExtensionForm {
    rawValue >= other.rawValue ? self : other
  }
}
