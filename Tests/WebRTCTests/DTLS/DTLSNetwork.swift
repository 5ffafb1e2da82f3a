import RTP
import TestSupport
import WebRTC

/// One certificate for all tests of a run; making it takes longer than a handshake.
enum DTLSFixture {
  static let certificate = DTLSCertificate(unixTime: 1_800_000_000)
  static let otherCertificate = DTLSCertificate(unixTime: 1_800_000_000)
  static let context = DTLSContext(certificate: certificate)
  static let otherContext = DTLSContext(certificate: otherCertificate)
}

/// One end of an association with everything it has sent and said.
final class DTLSEndpoint {
  private var transport: DTLSTransport
  private(set) var events: [DTLSEvent] = []
  private(set) var sent: [[UInt8]] = []
  /// What was sent and not yet taken by the network.
  private var outgoing: [[UInt8]] = []

  init(_ context: DTLSContext = DTLSFixture.context, maximumDatagramByteCount: Int = 1200) {
    transport = DTLSTransport(context: context, maximumDatagramByteCount: maximumDatagramByteCount)
  }

  var keys: SRTPKeyingMaterial? {
    for case .connected(let keys, _) in events { return keys }
    return nil
  }

  var state: DTLSState { transport.state }
  var hasWork: Bool { transport.hasWork }
  var nextDeadline: Instant { transport.nextDeadline }
  var droppedDatagramCount: Int { transport.droppedDatagramCount }

  func start(
    as role: DTLSRole, expecting fingerprints: [CertificateFingerprint] = [DTLSFixture.certificate.fingerprint],
    at now: Instant = .zero
  ) {
    note(transport.start(as: role, expecting: fingerprints, at: now))
  }

  func receive(_ datagram: [UInt8], at now: Instant = .zero) {
    note(transport.receive(datagram.span.bytes, at: now) { self.emit($0) })
  }

  /// Everything that there is to do now.
  func work(at now: Instant = .zero) {
    while hasWork { note(transport.work(at: now) { self.emit($0) }) }
  }

  func advance(to now: Instant) {
    note(transport.advance(to: now) { self.emit($0) })
  }

  func close() {
    transport.close { self.emit($0) }
  }

  func takeOutgoing() -> [[UInt8]] {
    defer { outgoing = [] }
    return outgoing
  }

  private func emit(_ datagram: RawSpan) {
    sent.append(datagram.array)
    outgoing.append(datagram.array)
  }

  private func note(_ event: DTLSEvent?) {
    if let event { events.append(event) }
  }
}

/// Two endpoints and the seeded, lossy way between them, in virtual time.
final class DTLSNetwork {
  struct Conditions {
    var loss = 0.0
    var duplication = 0.0
    var delay: ClosedRange<Int> = 20...20  // milliseconds one way; a range reorders
  }

  private struct Datagram {
    let bytes: [UInt8]
    let arrival: Instant
    let isForServer: Bool
  }

  let client: DTLSEndpoint
  let server: DTLSEndpoint
  private(set) var now = Instant.zero
  private let conditions: Conditions
  private var generator: SeededGenerator
  private var inFlight: [Datagram] = []
  /// Decides about single datagrams, by their content: true lets them pass.
  var filter: (_ bytes: [UInt8], _ isForServer: Bool) -> Bool = { _, _ in true }

  init(
    client: DTLSEndpoint = DTLSEndpoint(), server: DTLSEndpoint = DTLSEndpoint(),
    conditions: Conditions = Conditions(), seed: UInt64 = 1
  ) {
    self.client = client
    self.server = server
    self.conditions = conditions
    generator = SeededGenerator(seed: seed)
  }

  /// Starts both and runs until both are connected, or `limit` has passed; returns whether they are.
  func connect(within limit: Duration = .seconds(30)) -> Bool {
    server.start(as: .server)
    client.start(as: .client)
    run(until: .zero + limit) { self.client.state == .connected && self.server.state == .connected }
    return client.state == .connected && server.state == .connected
  }

  /// Runs until `isDone`, or until `end`, or until nothing more will happen.
  func run(until end: Instant, _ isDone: () -> Bool = { false }) {
    settle()
    while !isDone() {
      let next = min(
        inFlight.map(\.arrival).min() ?? .distantFuture, client.nextDeadline, server.nextDeadline)
      guard next <= end, next < .distantFuture else { return }
      now = max(now, next)
      deliver()
      for endpoint in [client, server] where endpoint.nextDeadline <= now { endpoint.advance(to: now) }
      settle()
    }
  }

  private func deliver() {
    let due = inFlight.filter { $0.arrival <= now }.sorted { $0.arrival < $1.arrival }
    inFlight.removeAll { $0.arrival <= now }
    for datagram in due { (datagram.isForServer ? server : client).receive(datagram.bytes, at: now) }
  }

  private func settle() {
    for endpoint in [client, server] { endpoint.work(at: now) }
    for bytes in client.takeOutgoing() { send(bytes, isForServer: true) }
    for bytes in server.takeOutgoing() { send(bytes, isForServer: false) }
  }

  private func send(_ bytes: [UInt8], isForServer: Bool) {
    guard filter(bytes, isForServer) else { return }
    let copies = Double.random(in: 0..<1, using: &generator) < conditions.duplication ? 2 : 1
    for _ in 0..<copies where Double.random(in: 0..<1, using: &generator) >= conditions.loss {
      let delay = Duration.milliseconds(Int.random(in: conditions.delay, using: &generator))
      inFlight.append(Datagram(bytes: bytes, arrival: now + delay, isForServer: isForServer))
    }
  }
}
