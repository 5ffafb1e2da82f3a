package import RTP

/// Spreads the packets of a keyframe, so that a burst does not fill a short queue on the way.
///
/// Where the network has just proved narrow, a picture that takes it long is spread over about that time: sent sooner its tail would
/// not fit the queue, and the picture would stand until it is repaired.
///
/// It counts and tells times; what waits is the caller's list of descriptors, and only its video. Audio, RTCP and repairs never
/// wait, and neither does a frame of a few packets, which no queue minds.
package struct Pacer: Sendable {
  /// What is known of the way to the receiver.
  package struct Path: Sendable {
    package var bitsPerSecond: Int
    /// Whether that is what the network carries, and not only what was tried.
    package var isNarrow: Bool

    package init(bitsPerSecond: Int, isNarrow: Bool = false) {
      (self.bitsPerSecond, self.isNarrow) = (bitsPerSecond, isNarrow)
    }

    /// Whether the network needs longer for so many bytes than a short queue holds.
    fileprivate func isNarrow(for byteCount: Int) -> Bool {
      isNarrow && Double(byteCount) * 8 > Double(bitsPerSecond) * Pacer.harmlessSeconds
    }
  }

  /// Bursts of up to so many packets leave at once.
  package static let harmlessPacketCount = 8
  /// On a narrow path, those that it carries in so long do, and so many on any.
  private static let harmlessSeconds = 0.1
  package static let leastHarmlessPacketCount = 2
  private static let longestPacketBits = 1200.0 * 8
  /// No packet waits longer.
  package static let longestDelay = Duration.milliseconds(30)
  /// Not even on a narrow path.
  package static let longestNarrowDelay = Duration.milliseconds(400)
  /// What leaves together, so that segmented sends stay worth it.
  package static let slot = Duration.milliseconds(5)
  private static let slotSeconds = Double(slot.nanoseconds) / 1e9
  /// How much faster than the estimate a burst may leave.
  private static let factor = 2.5
  /// Sound and repairs leave beside it.
  private static let narrowFactor = 0.9

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

  /// How many packets of a path's video may leave at once.
  package static func harmlessPacketCount(on path: Path) -> Int {
    guard path.isNarrow else { return harmlessPacketCount }
    let count = Int(Double(path.bitsPerSecond) * harmlessSeconds / longestPacketBits)
    return min(max(count, leastHarmlessPacketCount), harmlessPacketCount)
  }

  /// How many of the video packets that wait may leave now.
  ///
  /// To be asked whenever some were added and at `nextDeadline`; what it grants counts as sent. `oldest` is when the one at the
  /// head of the list began to wait.
  package mutating func grant(
    of packetCount: Int, byteCount: Int, oldest: Instant, on path: Path, at now: Instant
  ) -> Int {
    switch state {
    case .idle where packetCount <= Self.harmlessPacketCount(on: path): return packetCount
    case .spreading(let nextSlot) where now < nextSlot && packetCount > 0: return 0
    case .idle, .spreading: break
    }
    let isNarrow = path.isNarrow(for: byteCount)
    let deadline = oldest + (isNarrow ? Self.longestNarrowDelay : Self.longestDelay)
    let least = leastCount(packetCount, until: deadline, at: now)
    let rate = Double(path.bitsPerSecond) * (isNarrow ? Self.narrowFactor : Self.factor)
    let size = Double(max(byteCount, 1)) * 8 / Double(packetCount)
    let granted = max(Int((rate * Self.slotSeconds / size).rounded(.up)), least)
    guard granted < packetCount else {
      state = .idle
      return packetCount
    }
    // On a narrow path one packet takes longer than a slot.
    let time = isNarrow && granted > least ? Duration.seconds(Double(granted) * size / rate) : Self.slot
    state = .spreading(nextSlot: now + max(time, Self.slot))
    return granted
  }

  /// How many packets must leave now, in even steps, for none to wait too long.
  private func leastCount(_ packetCount: Int, until deadline: Instant, at now: Instant) -> Int {
    let time = (deadline - now).nanoseconds
    let slots = time < 0 ? 1 : Int(time / Self.slot.nanoseconds) + 1
    return slots > packetCount ? 0 : (packetCount + slots - 1) / slots
  }
}
