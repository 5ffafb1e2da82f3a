import RTP
import WebRTC

/// Whole handshakes between two peers in memory; each side's time is measured apart.
struct DTLSBenchmark {
  private static let handshakeCount = 300

  private let context = DTLSContext(certificate: DTLSCertificate(unixTime: 1_800_000_000))

  func run() {
    var client: [Double] = []
    var server: [Double] = []
    var longest = 0.0
    for _ in 0..<Self.handshakeCount {
      var handshake = Handshake(context)
      handshake.run()
      client.append(handshake.client.microseconds)
      server.append(handshake.server.microseconds)
      longest = max(longest, handshake.server.longestPiece)
    }
    show("DTLS handshake, client", client.sorted()[client.count / 2])
    show("DTLS handshake, server", server.sorted()[server.count / 2])
    show("DTLS handshake, longest piece of work of the server", longest)
  }

  private func show(_ name: String, _ microseconds: Double) {
    print("\(name)\(String(repeating: " ", count: max(1, 56 - name.count)))\(microseconds.rounded()) us")
  }

  /// One side with the time it has used.
  private struct Side: ~Copyable {
    var transport: DTLSTransport
    var microseconds = 0.0
    var longestPiece = 0.0

    /// Takes what the other has sent, works, and returns what it sends itself.
    mutating func turn(_ datagrams: [[UInt8]]) -> [[UInt8]] {
      var sent: [[UInt8]] = []
      let start = threadTime()
      for datagram in datagrams { _ = transport.receive(datagram.span.bytes, at: .zero) { sent.append($0.array) } }
      while transport.hasWork {
        let before = threadTime()
        _ = transport.work(at: .zero) { sent.append($0.array) }
        longestPiece = max(longestPiece, Double(threadTime() - before) / 1000)
      }
      microseconds += Double(threadTime() - start) / 1000
      return sent
    }
  }

  private struct Handshake: ~Copyable {
    var client: Side
    var server: Side

    init(_ context: DTLSContext) {
      client = Side(transport: DTLSTransport(context: context))
      server = Side(transport: DTLSTransport(context: context))
      let fingerprints = [context.certificate.fingerprint]
      _ = client.transport.start(as: .client, expecting: fingerprints, at: .zero)
      _ = server.transport.start(as: .server, expecting: fingerprints, at: .zero)
    }

    mutating func run() {
      var datagrams: [[UInt8]] = []
      for _ in 0..<3 { datagrams = server.turn(client.turn(datagrams)) }
      precondition(client.transport.state == .connected && server.transport.state == .connected)
    }
  }
}
