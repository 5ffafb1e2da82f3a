package import RTP

/// When a browser lets the packets of a picture go: at a multiple of the rate that it encodes at, what fits a burst at once.
///
/// libwebrtc's pacer has a factor of 2.5 and bursts of 40 ms, so an ordinary picture leaves at once and a keyframe in pieces.
package struct VideoPacing: Sendable {
  package static let factor = 2.5
  package static let burst = Duration.milliseconds(40)

  private let bytesPerNanosecond: Double
  private let allowance: Double
  /// What has been sent beyond the rate, in bytes, at a moment.
  private var debt = 0.0
  private var readAt: Instant

  package init(bitsPerSecond: Int, burst: Duration = burst, at now: Instant) {
    precondition(bitsPerSecond > 0, "a picture takes bits")
    bytesPerNanosecond = Double(bitsPerSecond) * Self.factor / 8e9
    allowance = bytesPerNanosecond * Double(burst.nanoseconds)
    readAt = now
  }

  /// When the next packet may leave.
  package var nextAt: Instant {
    guard debt > allowance else { return readAt }
    return readAt.advanced(byNanoseconds: Int64(((debt - allowance) / bytesPerNanosecond).rounded(.up)))
  }

  /// Takes note of a packet that leaves.
  package mutating func send(byteCount: Int, at now: Instant) {
    let passed = Double(max(0, now.nanoseconds(since: readAt)))
    debt = max(0, debt - passed * bytesPerNanosecond) + Double(byteCount)
    readAt = max(readAt, now)
  }
}
