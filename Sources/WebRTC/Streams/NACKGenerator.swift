package import RTP

/// Finds the gaps in a received stream and says which packets to ask for again, and when (RFC 4585 §6.2.1).
///
/// A gap is asked for once it cannot be mere reordering any more, then once per round trip with a growing interval, until it is
/// filled, given up, or made pointless by a keyframe behind it. Sequence numbers are unwrapped, with the packets of the
/// retransmission stream already merged in. Memory is bounded; a longer hole is answered by asking for a keyframe instead.
package struct NACKGenerator: ~Copyable {
  /// How a packet relates to those before it.
  package enum Arrival: Equatable, Sendable {
    /// Newer than everything seen.
    case newest
    /// Filled a gap that nobody had been asked to fill: it was only late.
    case reordered
    /// Filled a gap after being asked for `requests` times.
    case recovered(requests: Int)
    /// Seen before, or too old to matter.
    case duplicate
  }

  /// What a turn of the generator came to.
  package enum Outcome: Equatable, Sendable {
    case nothing
    /// This many numbers were handed over to be asked for.
    case asked(count: Int)
    /// A hole was too long, or packets were given up: only a keyframe helps.
    case needsKeyframe
  }

  private struct Gap {
    var sequence: Int64
    /// When it may be asked for (again).
    var dueAt: Instant
    var requests: UInt8
  }

  /// Enough for a second of loss at 500 packets a second; beyond it a keyframe is cheaper than the packets.
  private static let gapLimit = 512
  /// How many later packets must have come before a gap is more than reordering : two late ones are common on Wi-Fi.
  private static let reorderingTolerance: Int64 = 3
  /// How long a gap is waited for when no later packets come: half a frame at 30 fps.
  private static let reorderingDelay = Duration.milliseconds(16)
  /// Together with the growing interval some seconds, far beyond what a decoder waits for.
  private static let requestLimit: UInt8 = 10
  /// The round-trip time assumed before one is known.
  private static let initialRoundTripTime = Duration.milliseconds(100)
  /// Asking more often than this cannot help; waiting longer is no repair.
  private static let intervalBounds = Duration.milliseconds(20)...Duration.milliseconds(400)

  /// The sender's distance, to be kept up to date by whoever measures it.
  package var roundTripTime: Duration = NACKGenerator.initialRoundTripTime
  private var gaps: [Gap] = []
  private var highest: Int64?
  private var hasOverflowed = false

  package init() {}

  /// How many packets are missing now.
  package var missingCount: Int { gaps.count }

  /// When `requests` has something to do without a further packet.
  package var nextDeadline: Instant? {
    guard !hasOverflowed else { return .zero }
    return gaps.lazy.map(\.dueAt).min()
  }

  /// Takes note of a received packet. A keyframe start makes all older gaps pointless.
  package mutating func receive(_ sequence: Int64, startsKeyframe: Bool = false, at now: Instant) -> Arrival {
    guard let highest else {
      self.highest = sequence
      return .newest
    }
    guard sequence > highest else { return fill(sequence) }
    self.highest = sequence
    if startsKeyframe {
      gaps.removeAll(keepingCapacity: true)
      hasOverflowed = false
    }
    open(from: highest + 1, upTo: sequence, at: now)
    hastenOutrunGaps(at: now)
    return .newest
  }

  /// Hands over the numbers that are due to be asked for at `now`, in rising order.
  package mutating func requests(at now: Instant, _ ask: (SequenceNumber) -> Void) -> Outcome {
    guard !hasOverflowed else {
      hasOverflowed = false
      return .needsKeyframe
    }
    var (count, givenUp) = (0, false)
    for index in gaps.indices where gaps[index].dueAt <= now {
      guard gaps[index].requests < Self.requestLimit else {
        givenUp = true
        continue
      }
      gaps[index].requests += 1
      gaps[index].dueAt = now + interval(after: gaps[index].requests)
      ask(SequenceNumber(wrapping: gaps[index].sequence))
      count += 1
    }
    guard !givenUp else {
      gaps.removeAll { $0.requests == Self.requestLimit && $0.dueAt <= now }
      return .needsKeyframe
    }
    return count > 0 ? .asked(count: count) : .nothing
  }

  /// Forgets all gaps: a keyframe was asked for and will come whole.
  package mutating func forgetGaps() {
    gaps.removeAll(keepingCapacity: true)
    hasOverflowed = false
  }

  private mutating func fill(_ sequence: Int64) -> Arrival {
    guard let index = position(of: sequence) else { return .duplicate }
    let gap = gaps.remove(at: index)
    return gap.requests == 0 ? .reordered : .recovered(requests: Int(gap.requests))
  }

  private mutating func open(from first: Int64, upTo end: Int64, at now: Instant) {
    guard end - first <= Int64(Self.gapLimit - gaps.count) else {
      gaps.removeAll(keepingCapacity: true)
      hasOverflowed = true
      return
    }
    for sequence in first..<end {
      gaps.append(Gap(sequence: sequence, dueAt: now + Self.reorderingDelay, requests: 0))
    }
  }

  /// A gap that enough packets have overtaken is no reordering: it need not wait any longer.
  private mutating func hastenOutrunGaps(at now: Instant) {
    guard let highest else { return }
    for index in gaps.indices where gaps[index].requests == 0 && gaps[index].dueAt > now {
      guard highest - gaps[index].sequence >= Self.reorderingTolerance else { return }
      gaps[index].dueAt = now
    }
  }

  /// A round trip and a little more, growing by a quarter with every request.
  private func interval(after requests: UInt8) -> Duration {
    var interval = min(max(roundTripTime, Self.intervalBounds.lowerBound), Self.intervalBounds.upperBound)
    for _ in 1..<max(requests, 1) {
      interval = min(interval * 5 / 4, Self.intervalBounds.upperBound)
    }
    return interval
  }

  private func position(of sequence: Int64) -> Int? {
    var (low, high) = (0, gaps.count)
    while low < high {
      let middle = (low + high) / 2
      if gaps[middle].sequence < sequence { low = middle + 1 } else { high = middle }
    }
    return low < gaps.count && gaps[low].sequence == sequence ? low : nil
  }
}
