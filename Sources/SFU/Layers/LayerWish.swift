/// What a subscriber wants of a track; nil bounds nothing. Trivial.
package struct LayerWish: Hashable, Sendable {
  /// How much a picture means to the subscriber, where there is not enough for all.
  package enum Priority: UInt8, Sendable {
    /// What is seen beside others gets what they leave.
    case background
    case normal
    /// What the subscriber has chosen to look at.
    case pinned
  }

  /// The best of the simulcast or spatial layers, 0 the smallest.
  package var spatialLayer: UInt8?
  /// The best of the temporal layers, 0 the slowest.
  package var temporalLayer: UInt8?
  /// What it is shown at, in pixels: no larger picture is needed than the smallest that covers it.
  package var width: UInt16?
  package var height: UInt16?
  /// Nothing is sent until it is wanted again.
  package var isPaused = false
  package var priority = Priority.normal

  package init() {}
}
