/// The number that names one stream of RTP packets (synchronization source, RFC 3550 §3).
@usableFromInline package struct SSRC: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  @usableFromInline package let rawValue: UInt32

  @inlinable package init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  @usableFromInline package var description: String { String(rawValue) }
}
