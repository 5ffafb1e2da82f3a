import RTP
import STUN
import WebRTC

/// What a worker is told at its start.
package struct WorkerSettings: Sendable {
  private(set) var peer: PeerConfiguration
  let limits: SFUConfiguration.Limits
  /// So many microphones of a room are heard at once, whoever leads the conversation among them.
  let heardCount: Int
  /// So long packets of a picture wait for its last, at most.
  let collecting: Duration
  /// Takes an event, from the worker's thread; false if it is lost.
  let tell: @Sendable (MediaServer.Event) -> Bool

  package init(
    _ configuration: SFUConfiguration, port: UInt16, worker: Int,
    tell: @escaping @Sendable (MediaServer.Event) -> Bool
  ) {
    peer = PeerConfiguration(configuration, port: port, worker: worker)
    limits = configuration.limits
    // Each has an audio slot of every subscriber.
    heardCount = min(max(configuration.loudestCount, 0) + 1, Participant.audioSlotLimit)
    collecting = configuration.collecting
    self.tell = tell
  }

  /// Those of another worker of the same server: with the same certificate and bounds, and fragments that lead to that one.
  package func forWorker(_ number: Int) -> WorkerSettings {
    var settings = self
    settings.peer.worker = number
    return settings
  }
}

extension PeerConfiguration {
  /// What the peers of all workers have in common; the certificate is new, so each server is another.
  fileprivate init(_ configuration: SFUConfiguration, port: UInt16, worker: Int) {
    var generator = SystemRandomNumberGenerator()
    let realtime = SystemClock.now.nanoseconds - SystemClock.realtimeOffset
    let listened = configuration.listenAddresses.filter { !$0.isWildcard }
    let announced = configuration.announcedAddresses.isEmpty ? listened : configuration.announcedAddresses
    self.init(
      dtls: DTLSContext(
        certificate: DTLSCertificate(unixTime: Int(realtime / 1_000_000_000)),
        halfOpenLimit: configuration.limits.halfOpenHandshakes),
      candidates: LocalCandidates(addresses: announced, udpPort: port, tcpPort: port).candidates,
      generation: Int.random(in: 0..<ServerUfrag.generationLimit, using: &generator), worker: worker,
      wallClockOffset: -SystemClock.realtimeOffset,
      canonicalName: String(UInt64.random(in: 0...UInt64.max, using: &generator), radix: 36))
    consentTimeout = configuration.consentTimeout
    patience = configuration.patience
  }
}
