/// When the first sample or frame of the packet was captured (webrtc.org/experiments/rtp-hdrext/abs-capture-time).
///
/// ```
/// | absolute capture timestamp, NTP : 64 | estimated capture clock offset, signed 32.32 : 64, optional |
/// ```
///
/// The timestamp is on the clock of the capturer. The offset, if present, is what a mixer or router on the way adds to turn it
/// into its own clock, which is the one its sender reports are on.
package struct AbsoluteCaptureTime: HeaderExtension {
  package var captureTime: NTPTime
  /// Units of 2^-32 s.
  package var clockOffset: Int64?

  package init(captureTime: NTPTime, clockOffset: Int64? = nil) {
    self.captureTime = captureTime
    self.clockOffset = clockOffset
  }

  package init(parsing value: RawSpan) throws(WireError) {
    guard value.byteCount == 8 || value.byteCount == 16 else { throw .invalidLength }
    var value = value
    captureTime = NTPTime(rawValue: try value.readUInt64())
    guard value.byteCount == 8 else { return }
    clockOffset = Int64(bitPattern: try value.readUInt64())
  }

  package var byteCount: Int { clockOffset == nil ? 8 : 16 }

  package func write(into output: inout OutputRawSpan) throws(WireError) {
    try output.writeUInt64(captureTime.rawValue)
    guard let clockOffset else { return }
    try output.writeUInt64(UInt64(bitPattern: clockOffset))
  }
}
