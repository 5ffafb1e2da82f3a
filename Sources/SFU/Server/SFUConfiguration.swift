package import STUN

/// What an administrator decides about the media server.
package struct SFUConfiguration: Sendable {
  /// Where it listens; empty for all addresses of the machine.
  package var listenAddresses: [IPAddress] = []
  /// The port of UDP and TCP; 0 for any.
  package var port: UInt16 = 3478
  /// Where clients reach it, the preferred address first.
  package var announcedAddresses: [IPAddress]
  /// How many threads share the port, each with rooms of its own.
  package var workerCount = 1
  /// Whether each of them stays on a core of its own.
  package var pinsWorkers = false
  /// Those who come to watch a room are placed on another worker when its own has so many streams more.
  package var spreadsFrom = defaultSpread

  /// A hundred who watch, a tenth of a core about: fewer are served by one worker at less cost than by two.
  package static let defaultSpread = 200

  package var limits = Limits()
  /// How long a path is used after the last sign of the peer on it (RFC 7675 §5.1).
  package var consentTimeout = Duration.seconds(30)
  /// How long a peer without a path is waited for.
  package var patience = Duration.seconds(30)
  /// So many microphones of a room are heard at once beside that of whoever leads the conversation: the loudest.
  package var loudestCount = 3
  /// So long packets of a picture that many watch wait for its last at most, so that each subscriber is sent them in a row, which costs less; zero
  /// sends each at once.
  package var collecting = Duration.milliseconds(12)

  package init(announcedAddresses: [IPAddress]) {
    self.announcedAddresses = announcedAddresses
  }

  /// What keeps memory bounded whatever clients do.
  package struct Limits: Sendable {
    /// Of one worker.
    package var rooms = 4096
    package var participantsPerRoom = 1024
    /// Of all rooms of one worker.
    package var participants = 4096
    /// Peer connections of one worker, two for each participant.
    package var peers = 8192
    /// Tracks that one participant may publish: a camera, a screen with sound, and some to spare.
    package var tracksPerParticipant = 8
    /// Handshakes that may be under way, of all workers.
    package var halfOpenHandshakes = 2048
    /// Packets that one worker keeps for repairs, two kilobytes each.
    package var packets = 32_768

    package init() {}
  }
}
