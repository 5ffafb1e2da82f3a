/// What a subscriber wants of a track; nil bounds nothing. Trivial.
package struct LayerWish: Hashable, Sendable {
  /// The best of the simulcast or spatial layers, 0 the smallest.
  package var spatialLayer: UInt8?
  /// The best of the temporal layers, 0 the slowest.
  package var temporalLayer: UInt8?
  /// What it is shown at, in pixels: no larger picture is needed than the smallest that covers it.
  package var width: UInt16?
  package var height: UInt16?
  /// Nothing is sent until it is wanted again.
  package var isPaused = false

  package init() {}
}
