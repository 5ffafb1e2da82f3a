import STUN
import WebRTC

// MARK: - What a worker has done and holds
extension WorkerLoop {
  package var statistics: MediaServer.Statistics {
    var statistics = MediaServer.Statistics()
    statistics.rooms = rooms.values.count { !$0.isMirror }
    statistics.routedRooms = rooms.values.count { $0.mode == .routed && !$0.isMirror }
    statistics.mirroredRooms = rooms.values.count(where: \.isMirror)
    statistics.mirroredPackets = hops.statistics.mirrored
    statistics.participants = participants.count
    statistics.peers = peers.count
    statistics.connectedPeers = peers.handles.count { peers[$0].isConnected }
    statistics.streamConnections = sockets.streamCount
    statistics.publishedStreams = router.streams.count
    statistics.subscriptions = router.subscriptions.count
    statistics.keptPackets = sockets.slab.slotCount - sockets.slab.freeCount
    statistics.halfOpenHandshakes = settings.peer.dtls.halfOpenCount
    statistics.datagramsIn = counts.datagramsIn
    statistics.datagramsOut = sockets.statistics.sent
    statistics.sendsOut = sockets.statistics.runs
    statistics.sendCalls = sockets.statistics.systemCalls
    statistics.mediaPacketsIn = counts.mediaPacketsIn
    statistics.mediaPacketsOut = counts.mediaPacketsOut
    statistics.repairsOut = counts.repairsOut
    statistics.completedHandshakes = counts.completedHandshakes
    statistics.failedHandshakes = counts.failedHandshakes
    statistics.answeredBindings = counts.answeredBindings
    statistics.passedDatagrams = hops.statistics.passed
    statistics.wakes = hops.statistics.wakes
    statistics.passedSlots = counts.passedSlots
    statistics.lostEvents = counts.lostEvents
    for step in LoadShedding.Step.allCases where step > .nothing {
      statistics.shedding[step] = load.entered[step.rawValue]
    }
    var drops = drops
    drops.count(.noRoom, times: sockets.noRoomCount + UInt64(outbox.datagrams.droppedCount))
    drops.count(.unsendable, times: sockets.statistics.droppedNoRoom + sockets.statistics.droppedUnreachable)
    statistics.dropped = drops.byReason
    return statistics
  }

  /// Shows other threads what is on this worker.
  func showPulse() {
    pulse.show(
      streams: router.streams.count + router.subscriptions.count,
      isFull: rooms.count >= settings.limits.rooms || router.tracks.isFull, processorTime: SystemClock.threadTime)
  }
}
