/// When the packet left its sender, on the sender's clock (abs-send-time, webrtc.org/experiments/rtp-hdrext/abs-send-time).
///
/// ```
///  0                   1                   2
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |  seconds  |       fraction of a second        |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
///
/// Six bits of seconds, so it wraps every 64 s, and steps of 3.8 µs. Only differences mean anything.
@usableFromInline package struct AbsoluteSendTime: HeaderExtension {
  /// Units of 2^-18 s, below 2^24.
  @usableFromInline package let rawValue: UInt32

  /// Keeps the low 24 bits of `rawValue`.
  @inlinable package init(rawValue: UInt32) {
    self.rawValue = rawValue & 0xff_ffff
  }

  /// The time to stamp on a packet that leaves at `instant`.
  @inlinable package init(_ instant: Instant) {
    let nanoseconds = UInt64(bitPattern: instant.nanoseconds) % 64_000_000_000
    self.init(rawValue: UInt32((nanoseconds << 18) / 1_000_000_000))
  }

  @inlinable package init(parsing value: RawSpan) throws(WireError) {
    guard value.byteCount == 3 else { throw .invalidLength }
    var value = value
    rawValue = try value.readUInt24()
  }

  /// How long after `earlier` this is, taking the nearer way around: -32 s to 32 s.
  @inlinable package func duration(since earlier: AbsoluteSendTime) -> Duration {
    let difference = Int32(bitPattern: (rawValue &- earlier.rawValue) << 8) >> 8
    return .nanoseconds((Int64(difference) * 1_000_000_000) >> 18)
  }

  @inlinable package var byteCount: Int { 3 }

  @inlinable package func write(into output: inout OutputRawSpan) throws(WireError) {
    try output.writeUInt24(rawValue)
  }
}
