import Metrics
import SFU
import Synchronization

/// Shows the figures of the media server to whoever reads the metrics.
final class MediaMetrics: Sendable {
  private let server: MediaServer
  private let factory: any MetricsFactory
  /// What the counters were told so far: the server counts from its start, a counter takes what was added.
  private let counted = Mutex<[String: UInt64]>([:])

  init(server: MediaServer, factory: any MetricsFactory) {
    self.server = server
    self.factory = factory
  }

  func update() async {
    let statistics = await server.statistics()
    for (label, value) in [
      ("media_rooms", statistics.rooms), ("media_rooms_routed", statistics.routedRooms),
      ("media_rooms_mirrored", statistics.mirroredRooms),
      ("media_peers", statistics.peers), ("media_peers_connected", statistics.connectedPeers),
      ("media_tcp_connections", statistics.streamConnections),
      ("media_published_streams", statistics.publishedStreams), ("media_subscriptions", statistics.subscriptions),
      ("media_packets_kept", statistics.keptPackets), ("media_handshakes_half_open", statistics.halfOpenHandshakes),
    ] {
      Meter(label: label, factory: factory).set(value)
    }
    Meter(label: "media_workers", factory: factory).set(statistics.workers.count)
    Meter(label: "media_workers_stalled", factory: factory).set(statistics.workers.count { $0.isStalled })
    for (number, share) in statistics.workers.enumerated() { show(share, of: [("worker", "\(number)")]) }
    count("media_worker_stalls", [], statistics.stalls)
    count("media_datagrams_passed", [], statistics.passedDatagrams)
    count("media_packets_mirrored", [], statistics.mirroredPackets)
    count("media_worker_wakes", [], statistics.wakes)
    count("media_datagrams", [("direction", "in")], statistics.datagramsIn)
    count("media_datagrams", [("direction", "out")], statistics.datagramsOut)
    count("media_sends", [], statistics.sendsOut)
    count("media_send_calls", [], statistics.sendCalls)
    count("media_packets", [("direction", "in")], statistics.mediaPacketsIn)
    count("media_packets", [("direction", "out")], statistics.mediaPacketsOut)
    count("media_repairs", [], statistics.repairsOut)
    count("media_handshakes", [("outcome", "completed")], statistics.completedHandshakes)
    count("media_handshakes", [("outcome", "failed")], statistics.failedHandshakes)
    count("media_audio_slots_passed", [], statistics.passedSlots)
    count("media_stun_bindings", [], statistics.answeredBindings)
    for (step, name) in Self.steps {
      count("media_shedding", [("step", name)], statistics.shedding[step] ?? 0)
    }
    for reason in MediaServer.DropReason.allCases {
      count("media_dropped", [("reason", "\(reason)")], statistics.dropped[reason] ?? 0)
    }
  }

  /// What a worker leaves out, by the names of the metric.
  private static let steps: [(LoadShedding.Step, String)] = [
    (.newcomers, "newcomers"), (.extras, "extras"), (.others, "others"), (.pictures, "pictures"),
  ]

  private func show(_ share: MediaServer.WorkerShare, of dimensions: [(String, String)]) {
    Meter(label: "media_worker_rooms", dimensions: dimensions, factory: factory).set(share.rooms)
    Meter(label: "media_worker_streams", dimensions: dimensions, factory: factory).set(share.streams)
    Meter(label: "media_worker_busy_share", dimensions: dimensions, factory: factory)
      .set(Double(share.busyShare) / 1000)
    Meter(label: "media_worker_shedding", dimensions: dimensions, factory: factory).set(share.leavingOut.rawValue)
    let added = added("media_worker_processor", dimensions, UInt64(share.processorTime / .milliseconds(1)))
    FloatingPointCounter(label: "media_worker_processor_seconds", dimensions: dimensions, factory: factory)
      .increment(by: Double(added) / 1000)
  }

  private func count(_ label: String, _ dimensions: [(String, String)], _ total: UInt64) {
    Counter(label: label, dimensions: dimensions, factory: factory).increment(by: added(label, dimensions, total))
  }

  /// By how much a total has grown since it was asked last.
  private func added(_ label: String, _ dimensions: [(String, String)], _ total: UInt64) -> UInt64 {
    let key = label + dimensions.map(\.1).joined()
    return counted.withLock { counted in
      let before = counted[key] ?? 0
      counted[key] = max(before, total)
      return total > before ? total - before : 0
    }
  }
}
