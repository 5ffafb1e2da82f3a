package import RTP

/// Spreads the packets of a keyframe, so that a burst does not fill a short queue on the way.
///
/// It counts and tells times; what waits is the caller's list of descriptors, and only its video. Audio, RTCP and repairs never
/// wait, and neither does a frame of a few packets, which no queue minds.
package struct Pacer: Sendable {
  /// Bursts of up to so many packets leave at once.
  package static let harmlessPacketCount = 8
  /// No packet waits longer.
  package static let longestDelay = Duration.milliseconds(30)
  /// What leaves together, so that segmented sends stay worth it.
  package static let slot = Duration.milliseconds(5)
  /// How much faster than the estimate a burst may leave.
  private static let factor = 2.5

  private enum State {
    case idle
    /// A burst is on its way, and its next packets leave then.
    case spreading(nextSlot: Instant)
  }

  private var state = State.idle

  package init() {}

  /// When the next packets may leave; `.distantFuture` while none wait.
  package var nextDeadline: Instant {
    switch state {
    case .idle: .distantFuture
    case .spreading(let nextSlot): nextSlot
    }
  }

  /// How many of the video packets that wait may leave now.
  ///
  /// To be asked whenever some were added and at `nextDeadline`; what it grants counts as sent. `oldest` is when the one at the
  /// head of the list began to wait.
  package mutating func grant(
    of packetCount: Int, byteCount: Int, oldest: Instant, bitsPerSecond: Int, at now: Instant
  ) -> Int {
    switch state {
    case .idle where packetCount <= Self.harmlessPacketCount: return packetCount
    case .spreading(let nextSlot) where now < nextSlot && packetCount > 0: return 0
    case .idle, .spreading: break
    }
    let slots = remainingSlots(until: oldest + Self.longestDelay, at: now)
    let granted = max(share(packetCount, byteCount, bitsPerSecond), (packetCount + slots - 1) / slots)
    guard granted < packetCount else {
      state = .idle
      return packetCount
    }
    state = .spreading(nextSlot: now + Self.slot)
    return granted
  }

  /// How many times packets can leave before the oldest has waited too long.
  private func remainingSlots(until deadline: Instant, at now: Instant) -> Int {
    let time = (deadline - now).nanoseconds
    return time < 0 ? 1 : Int(time / Self.slot.nanoseconds) + 1
  }

  /// How many packets of this list a slot holds at the rate of a burst.
  private func share(_ packetCount: Int, _ byteCount: Int, _ bitsPerSecond: Int) -> Int {
    let slotBytes = Double(bitsPerSecond) * Self.factor * Double(Self.slot.nanoseconds) / 8e9
    return Int((slotBytes * Double(packetCount) / Double(max(byteCount, 1))).rounded(.up))
  }
}
