/// Between which rates a sender is controlled, and who measures.
package struct CongestionConfiguration: Equatable, Sendable {
  /// What the receiver of our packets tells.
  package enum Feedback: Equatable, Sendable {
    /// When each packet arrived (transport-wide congestion control): we estimate.
    case arrivals
    /// Only its own estimate (REMB) and how much it misses.
    case estimates
  }

  package var feedback: Feedback
  /// Whether there is something to probe with: retransmissions or padding.
  package var canProbe: Bool
  /// What is never taken away: one voice, with its repairs, needs about as much.
  package var minimumBitsPerSecond: Int
  /// What is assumed of an unknown network: the lowest layer of a few tiles. Probes find out within a second.
  package var startBitsPerSecond: Int
  /// More than any view needs; it bounds what a lying receiver can make us send.
  package var maximumBitsPerSecond: Int

  package init(
    feedback: Feedback = .arrivals, canProbe: Bool = true, minimumBitsPerSecond: Int = 30_000,
    startBitsPerSecond: Int = 300_000,
    maximumBitsPerSecond: Int = 20_000_000
  ) {
    precondition(
      0 < minimumBitsPerSecond && minimumBitsPerSecond <= startBitsPerSecond
        && startBitsPerSecond <= maximumBitsPerSecond, "a rate is at least its minimum and at most its maximum")
    self.feedback = feedback
    self.canProbe = canProbe
    self.minimumBitsPerSecond = minimumBitsPerSecond
    self.startBitsPerSecond = startBitsPerSecond
    self.maximumBitsPerSecond = maximumBitsPerSecond
  }

  /// `rate` within the bounds.
  func clamp(_ rate: Double) -> Double {
    min(max(rate, Double(minimumBitsPerSecond)), Double(maximumBitsPerSecond))
  }
}
