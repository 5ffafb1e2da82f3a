package import RTP

/// A packet that arrived, on the sender's clock and on the receiver's (as `ArrivalClock` translates it).
package struct ArrivedPacket {
  package var sentAt: Instant
  package var arrival: Instant
  package var byteCount: Int
  package var cluster: ProbeCluster.ID

  package init(sentAt: Instant, arrival: Instant, byteCount: Int, cluster: ProbeCluster.ID) {
    (self.sentAt, self.arrival, self.byteCount, self.cluster) = (sentAt, arrival, byteCount, cluster)
  }
}

/// Joins packets that were sent together and says how the distance between groups changed on the way
/// (draft-ietf-rmcat-gcc-02 §5.2).
///
/// A burst leaves at once and arrives one by one; only the last packet of each tells how long the queue is.
package struct ArrivalGrouping {
  /// By how much two groups were apart when they were sent and when they arrived, in milliseconds.
  package struct Delta: Equatable {
    package var sending: Double
    package var arrival: Double

    package init(sending: Double, arrival: Double) {
      (self.sending, self.arrival) = (sending, arrival)
    }
  }

  private struct Group {
    var firstSent: Instant
    var lastSent: Instant
    var firstArrival: Instant
    var lastArrival: Instant

    init(_ packet: ArrivedPacket) {
      (firstSent, lastSent) = (packet.sentAt, packet.sentAt)
      (firstArrival, lastArrival) = (packet.arrival, packet.arrival)
    }

    mutating func add(_ packet: ArrivedPacket) {
      lastSent = max(lastSent, packet.sentAt)
      lastArrival = max(lastArrival, packet.arrival)
    }
  }

  /// What a sender's loop hands over in one turn counts as sent together, and so does what follows a slot of the pacer later.
  package static let burstInterval = Duration.milliseconds(6)
  /// As long as the pacer may take for one frame. A keyframe fills the queue for a moment; measured by its parts it would pass
  /// for a queue that grows, measured as one it is a single outlier.
  package static let longestPacing = Duration.milliseconds(35)
  /// Packets that queued before the bottleneck and then came at once are one burst, but not without end.
  package static let longestBurst = Duration.milliseconds(100)
  /// So many groups in a row that arrive before their predecessors are a new timeline, not reordering.
  package static let reorderingLimit = 3

  private var current: Group?
  private var previous: Group?
  private var reorderedCount = 0

  package init() {}

  /// Forgets everything: arrivals from now on cannot be compared with those before.
  package mutating func reset() { self = ArrivalGrouping() }

  /// Takes the next packet in the order of arrival; a delta when it begins a new group.
  package mutating func add(_ packet: ArrivedPacket) -> Delta? {
    guard let group = current else {
      current = Group(packet)
      return nil
    }
    // Overtaken by a later group: it says how late it was, not how long the queue is.
    guard packet.sentAt >= group.firstSent else { return nil }
    guard !belongs(packet, to: group) else {
      current?.add(packet)
      return nil
    }
    defer { current = Group(packet) }
    guard let previous else {
      previous = group
      return nil
    }
    return finish(group, after: previous)
  }

  private mutating func finish(_ group: Group, after previous: Group) -> Delta? {
    let delta = Delta(
      sending: group.lastSent.milliseconds(since: previous.lastSent),
      arrival: group.lastArrival.milliseconds(since: previous.lastArrival))
    guard delta.arrival >= 0 else {
      reorderedCount += 1
      if reorderedCount >= Self.reorderingLimit { reset() }
      return nil
    }
    reorderedCount = 0
    self.previous = group
    return delta
  }

  private func belongs(_ packet: ArrivedPacket, to group: Group) -> Bool {
    let isPaced = packet.sentAt - group.lastSent <= Self.burstInterval
    guard !isPaced || packet.sentAt - group.firstSent > Self.longestPacing else { return true }
    let arrival = packet.arrival - group.lastArrival
    let isCatchingUp = arrival >= .zero && arrival < packet.sentAt - group.lastSent
    return isCatchingUp && arrival <= Self.burstInterval && packet.arrival - group.firstArrival < Self.longestBurst
  }
}
