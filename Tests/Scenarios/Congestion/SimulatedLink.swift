import RTP
import TestSupport

/// A packet on its way over a simulated link.
struct SimulatedPacket {
  enum Content {
    case audio
    case video(endsFrame: Bool)
    case repair
    case padding
    /// Of somebody else, whom nobody of ours listens to.
    case cross
  }

  /// Whose it is.
  var flow: Int
  var number: Int
  var byteCount: Int
  var content: Content
  var sentAt: Instant
}

/// How a link loses packets, whatever is sent.
enum LossProcess: Sendable {
  case none
  case random(Double)
  /// Gilbert–Elliott: this share is lost, in runs of this mean length.
  case bursty(share: Double, length: Double)
}

/// What a link is like for a while.
struct LinkConditions: Sendable {
  /// 0 while the link stands still; what is queued then waits.
  var bitsPerSecond: Int
  /// What the queue holds; what comes beyond it is dropped (drop-tail).
  var queueByteCount: Int
  /// One way, without queueing.
  var delay = Duration.milliseconds(25)
  /// Up to so much is added, the same for 20 ms each, and never so that packets overtake each other.
  var jitter = Duration.zero
  var loss = LossProcess.none
}

/// One bottleneck with a queue before it and a wire behind it.
final class SimulatedLink {
  /// How far a step goes.
  static let tick = Duration.milliseconds(1)
  private static let jitterInterval = Duration.milliseconds(20)

  struct Arrival {
    var packet: SimulatedPacket
    var instant: Instant
    /// How long it waited in the queue and for its own serialization.
    var queueing: Duration
  }

  var conditions: LinkConditions
  private var random: SeededGenerator
  private var queue = FirstInFirstOut<SimulatedPacket>()
  private var queuedByteCount = 0
  private var servedBits = 0.0
  private var underWay = FirstInFirstOut<Arrival>()
  private var lastArrival = Instant.zero
  private var jitter = Duration.zero
  private var jitterEnd = Instant.zero
  private var isInBurst = false
  /// Packets by flow that were offered, and that a full queue dropped.
  private(set) var offered: [Int: Int] = [:]
  private(set) var dropped: [Int: Int] = [:]
  private(set) var lost: [Int: Int] = [:]

  init(_ conditions: LinkConditions, seed: UInt64) {
    self.conditions = conditions
    random = SeededGenerator(seed: seed)
  }

  func send(_ packet: SimulatedPacket) {
    offered[packet.flow, default: 0] += 1
    guard queuedByteCount + packet.byteCount <= conditions.queueByteCount else {
      dropped[packet.flow, default: 0] += 1
      return
    }
    queuedByteCount += packet.byteCount
    queue.append(packet)
  }

  /// Serves the queue from `start` on for one tick.
  func advance(from start: Instant) {
    if start >= jitterEnd { drawJitter(at: start) }
    guard conditions.bitsPerSecond > 0 else { return }
    let capacity = Double(conditions.bitsPerSecond)
    let budget = capacity * Double(Self.tick.nanoseconds) / 1e9
    var used = 0.0
    while let packet = queue.first {
      let missing = Double(packet.byteCount) * 8 - servedBits
      guard used + missing <= budget else {
        servedBits += budget - used
        return
      }
      used += missing
      servedBits = 0
      queue.removeFirst()
      queuedByteCount -= packet.byteCount
      depart(packet, at: start.advanced(byNanoseconds: Int64(used / capacity * 1e9)))
    }
  }

  /// The next packet that has arrived by `now`.
  func takeArrived(by now: Instant) -> Arrival? {
    guard let next = underWay.first, next.instant <= now else { return nil }
    underWay.removeFirst()
    return next
  }

  private func depart(_ packet: SimulatedPacket, at instant: Instant) {
    guard !isLost() else {
      lost[packet.flow, default: 0] += 1
      return
    }
    lastArrival = max(lastArrival, instant + conditions.delay + jitter)
    underWay.append(Arrival(packet: packet, instant: lastArrival, queueing: instant - packet.sentAt))
  }

  private func isLost() -> Bool {
    switch conditions.loss {
    case .none: return false
    case .random(let share): return Double.random(in: 0..<1, using: &random) < share
    case .bursty(let share, let length):
      let leaving = 1 / length
      let entering = leaving * share / (1 - share)
      isInBurst = Double.random(in: 0..<1, using: &random) < (isInBurst ? 1 - leaving : entering)
      return isInBurst
    }
  }

  private func drawJitter(at now: Instant) {
    jitter = .nanoseconds(Int64.random(in: 0...conditions.jitter.nanoseconds, using: &random))
    jitterEnd = now + Self.jitterInterval
  }
}

/// A queue that does not move its elements whenever one leaves.
struct FirstInFirstOut<Element> {
  private var elements: [Element] = []
  private var start = 0

  var first: Element? { start < elements.count ? elements[start] : nil }
  var count: Int { elements.count - start }
  var isEmpty: Bool { count == 0 }

  mutating func append(_ element: Element) { elements.append(element) }

  mutating func removeFirst() {
    start += 1
    guard start > 256, start * 2 > elements.count else { return }
    elements.removeFirst(start)
    start = 0
  }
}
