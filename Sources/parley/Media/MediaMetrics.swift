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
      ("media_peers", statistics.peers), ("media_peers_connected", statistics.connectedPeers),
      ("media_tcp_connections", statistics.streamConnections),
      ("media_published_streams", statistics.publishedStreams), ("media_subscriptions", statistics.subscriptions),
      ("media_packets_kept", statistics.keptPackets), ("media_handshakes_half_open", statistics.halfOpenHandshakes),
    ] {
      Meter(label: label, factory: factory).set(value)
    }
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
    for reason in MediaServer.DropReason.allCases {
      count("media_dropped", [("reason", "\(reason)")], statistics.dropped[reason] ?? 0)
    }
  }

  private func count(_ label: String, _ dimensions: [(String, String)], _ total: UInt64) {
    let key = label + dimensions.map(\.1).joined()
    let added = counted.withLock { counted in
      let before = counted[key] ?? 0
      counted[key] = max(before, total)
      return total > before ? total - before : 0
    }
    Counter(label: label, dimensions: dimensions, factory: factory).increment(by: added)
  }
}
