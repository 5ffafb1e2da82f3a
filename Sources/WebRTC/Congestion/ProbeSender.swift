package import RTP

/// Sends one probe after the other: says when the next packet is due so that the rate is kept, media included.
package struct ProbeSender {
  private struct Sending {
    var cluster: ProbeCluster
    var startedAt: Instant
    var byteCount = 0
    var packetCount = 0

    var isComplete: Bool { byteCount >= cluster.byteCount && packetCount >= cluster.packetCount }
    /// When the next packet keeps the rate; when the cluster has lasted, if media has filled it before.
    var dueAt: Instant {
      guard !isComplete else { return startedAt + cluster.span }
      return startedAt.advanced(byNanoseconds: Int64(Double(byteCount) * 8e9 / cluster.bitsPerSecond))
    }
  }

  /// Where the packets could not be sent in time, the rate was not kept and the measurement is void.
  private static let patience = Duration.milliseconds(200)

  private var sending: Sending?
  private var lastID = ProbeCluster.ID.none

  package init() {}

  /// The cluster that a packet sent now belongs to.
  package var cluster: ProbeCluster.ID { sending?.cluster.id ?? .none }
  package var isIdle: Bool { sending == nil }
  package var nextDeadline: Instant { sending?.dueAt ?? .distantFuture }

  /// Begins a cluster.
  package mutating func start(_ plan: ProbeController.Plan, at now: Instant) -> ProbeCluster {
    lastID = lastID.next
    let cluster = ProbeCluster(id: lastID, bitsPerSecond: plan.bitsPerSecond, span: plan.span)
    sending = Sending(cluster: cluster, startedAt: now)
    return cluster
  }

  /// The packet that is due, if one is.
  package mutating func nextPacket(at now: Instant) -> ProbePacket? {
    guard let sending, sending.dueAt <= now else { return nil }
    guard !sending.isComplete, now - sending.startedAt < Self.patience else {
      self.sending = nil
      return nil
    }
    return ProbePacket(cluster: sending.cluster.id, byteCount: sending.cluster.packetByteCount)
  }

  /// Counts a packet that was sent, whatever it was.
  package mutating func sent(byteCount: Int, at now: Instant) {
    sending?.byteCount += byteCount
    sending?.packetCount += 1
    guard let sending, sending.isComplete, now >= sending.dueAt else { return }
    self.sending = nil
  }
}
