package import RTP

// MARK: - Trying whether more would get through
extension CongestionController {
  /// The packet that a probe needs sent now; to be asked again until there is none.
  ///
  /// What is sent in answer, and the media that goes out meanwhile, is reported by `sent` as always.
  package mutating func nextProbe(at now: Instant) -> ProbePacket? {
    guard configuration.canProbe else { return nil }
    if probeSender.isIdle {
      usedShare.advance(estimate: target, to: now)
      guard let plan = probes.next(situation(at: now), at: now) else { return nil }
      probeEvaluator.expect(probeSender.start(plan, at: now))
    }
    return probeSender.nextPacket(at: now)
  }

  /// When `nextProbe` may have a packet.
  var probeDeadline: Instant {
    guard configuration.canProbe else { return .distantFuture }
    return probeSender.isIdle ? probes.nextDeadline : probeSender.nextDeadline
  }

  /// What a decision on probes goes by.
  func situation(at now: Instant) -> ProbeController.Situation {
    ProbeController.Situation(
      estimate: target, ceiling: ceiling,
      isCongested: delays.usage != .normal || queue.ceiling != nil || losses.state == .decreasing)
  }
}
