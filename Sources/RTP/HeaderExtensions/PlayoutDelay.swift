/// Within which delay the receiver should play the stream (webrtc.org/experiments/rtp-hdrext/playout-delay).
///
/// ```
///  0                   1                   2
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |   minimum / 10 ms     |     maximum / 10 ms   |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
package struct PlayoutDelay: HeaderExtension {
  private static let millisecondsPerUnit: Int64 = 10
  private static let largestUnitCount: Int64 = 0xfff

  private let minimumUnits: UInt32
  private let maximumUnits: UInt32

  /// Rounds down to 10 ms and holds both within 0 and 40.95 s, the maximum not below the minimum.
  package init(minimum: Duration, maximum: Duration) {
    minimumUnits = Self.units(minimum)
    maximumUnits = max(Self.units(maximum), minimumUnits)
  }

  /// Throws `invalidValue` if the maximum is below the minimum.
  package init(parsing value: RawSpan) throws(WireError) {
    guard value.byteCount == 3 else { throw .invalidLength }
    var value = value
    let bits = try value.readUInt24()
    minimumUnits = bits >> 12
    maximumUnits = bits & 0xfff
    guard minimumUnits <= maximumUnits else { throw .invalidValue }
  }

  package var minimum: Duration { .milliseconds(Int64(minimumUnits) * Self.millisecondsPerUnit) }
  package var maximum: Duration { .milliseconds(Int64(maximumUnits) * Self.millisecondsPerUnit) }

  package var byteCount: Int { 3 }

  package func write(into output: inout OutputRawSpan) throws(WireError) {
    try output.writeUInt24(minimumUnits << 12 | maximumUnits)
  }

  private static func units(_ duration: Duration) -> UInt32 {
    UInt32(min(max(duration.nanoseconds / (millisecondsPerUnit * 1_000_000), 0), largestUnitCount))
  }
}
