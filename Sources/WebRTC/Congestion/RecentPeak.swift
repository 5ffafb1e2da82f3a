package import RTP

/// The highest of the values of the last one to two seconds.
package struct RecentPeak {
  private static let span = Duration.seconds(1)

  private var (previous, current) = (0.0, 0.0)
  private var end = Instant.zero

  package init() {}

  package var value: Double { max(previous, current) }

  package mutating func note(_ value: Double, at now: Instant) {
    if now >= end {
      previous = now < end + Self.span ? current : 0
      (current, end) = (0, now + Self.span)
    }
    current = max(current, value)
  }
}
