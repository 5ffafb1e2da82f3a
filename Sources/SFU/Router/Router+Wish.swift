extension Router {
  /// Takes a subscriber's wish; the stream of which a keyframe is needed for it.
  mutating func setWish(_ wish: LayerWish, of subscription: Subscription.Handle) -> PublishedStream.Handle? {
    nil
  }
}
