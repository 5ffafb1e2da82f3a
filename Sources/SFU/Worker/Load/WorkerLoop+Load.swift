import RTP
import WebRTC

// MARK: - More to do than can be done
extension WorkerLoop {
  /// Takes the last turn into account; for whoever has a thread for the loop alone, after each turn.
  mutating func judgeLoad() {
    guard let reading = load.endTurn() else { return }
    follow(reading)
  }

  /// Leaves out, or takes up again, what the reading says.
  package mutating func follow(_ reading: LoadReading) {
    let hasChanged = load.follow(reading)
    pulse.show(reading.share, load.shedding.step)
    guard hasChanged else { return }
    router.isSparing = load.shedding.step >= .extras
    allocateAllLater()
  }

  /// What is left for a subscriber's pictures.
  func economy(for peer: PeerEntry.Handle) -> Economy {
    load.shedding.economy(forSubscriber: Int(peer.index))
  }

  /// Whether what is missing of a subscription is sent again: sound always. Of pictures it is little, and each that is not repaired
  /// stands until its publisher makes a keyframe, so repairs go late.
  func mayRepair(_ subscription: Subscription.Handle) -> Bool {
    load.shedding.step < .others || router.subscriptions[subscription].kind == .audio
  }

  /// Sends what is listed of sound before any picture, of which the socket may not take all.
  mutating func sendSound() {
    for peer in router.recipients where peers.contains(peer) {
      let path = peers[peer].connection.path
      while let descriptor = router.list.takeSound(from: &peers[peer].chains) {
        Self.send(descriptor, to: &peers[peer], on: path, router, by: &sockets, at: now, &counts, &drops)
      }
    }
  }
}
