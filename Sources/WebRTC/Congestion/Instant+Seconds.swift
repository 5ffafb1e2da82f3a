import RTP

extension Instant {
  /// How many seconds `self` comes after `other`, for rates.
  func seconds(since other: Instant) -> Double { Double(nanoseconds(since: other)) / 1e9 }

  /// How many milliseconds `self` comes after `other`, the unit of delay gradients.
  func milliseconds(since other: Instant) -> Double { Double(nanoseconds(since: other)) / 1e6 }
}
