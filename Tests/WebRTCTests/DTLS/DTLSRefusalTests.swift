import RTP
import Testing
import WebRTC

struct DTLSRefusalTests {
  private static let badCertificate: UInt8 = 42
  private static let handshakeFailure: UInt8 = 40

  private func run(
    _ network: DTLSNetwork, serverExpects: [CertificateFingerprint], clientExpects: [CertificateFingerprint]
  ) {
    network.server.start(as: .server, expecting: serverExpects)
    network.client.start(as: .client, expecting: clientExpects)
    network.run(until: .zero + .seconds(60))
  }

  private static let right = DTLSFixture.certificate.fingerprint
  private static let wrong = DTLSFixture.otherCertificate.fingerprint

  @Test func aServerRefusesAClientWithAnotherCertificate() {
    let network = DTLSNetwork(client: DTLSEndpoint(DTLSFixture.otherContext))

    run(network, serverExpects: [Self.right], clientExpects: [Self.right])

    #expect(network.server.events == [.failed(.fingerprintMismatch)])
    #expect(network.client.events == [.failed(.refusedByPeer(alert: Self.badCertificate))])
    #expect(network.now < .zero + .seconds(1))
  }

  @Test func aClientRefusesAServerWithAnotherCertificate() {
    let network = DTLSNetwork(server: DTLSEndpoint(DTLSFixture.otherContext))

    run(network, serverExpects: [Self.right], clientExpects: [Self.right])

    #expect(network.client.events == [.failed(.fingerprintMismatch)])
    #expect(network.server.events == [.failed(.refusedByPeer(alert: Self.badCertificate))])
  }

  @Test func oneOfSeveralFingerprintsIsEnough() {
    let network = DTLSNetwork()

    run(network, serverExpects: [Self.wrong, Self.right], clientExpects: [Self.right, Self.wrong])

    #expect(network.client.keys != nil)
    #expect(network.server.keys == network.client.keys)
  }

  /// RFC 8122 §5: of several hash functions the strongest decides.
  @Test func theStrongestHashDecides() throws {
    let wrongButStronger = try #require(CertificateFingerprint(.sha512, [UInt8](repeating: 1, count: 64)))
    let weak = try #require(CertificateFingerprint(.sha1, [UInt8](repeating: 1, count: 20)))
    let refused = DTLSNetwork()
    let accepted = DTLSNetwork()

    run(refused, serverExpects: [Self.right, wrongButStronger], clientExpects: [Self.right])
    run(accepted, serverExpects: [weak, Self.right], clientExpects: [Self.right])

    #expect(refused.server.events == [.failed(.fingerprintMismatch)])
    #expect(accepted.server.keys != nil)
  }

  @Test func sha1AloneProvesNothing() throws {
    let weak = try #require(CertificateFingerprint(.sha1, [UInt8](repeating: 1, count: 20)))
    for fingerprints in [[weak], []] {
      let endpoint = DTLSEndpoint()

      endpoint.start(as: .client, expecting: fingerprints)

      #expect(endpoint.events == [.failed(.noUsableFingerprint)])
      #expect(!endpoint.hasWork)
    }
  }

  @Test func withoutACommonProfileThereIsNoAssociation() {
    let gcm = DTLSContext(certificate: DTLSFixture.certificate, profiles: [.aeadAES256GCM])
    let counterMode = DTLSContext(
      certificate: DTLSFixture.certificate, profiles: [.aes128CounterModeHMACSHA1Tag80])
    let network = DTLSNetwork(client: DTLSEndpoint(gcm), server: DTLSEndpoint(counterMode))

    run(network, serverExpects: [Self.right], clientExpects: [Self.right])

    #expect(network.client.keys == nil)
    #expect(network.server.events == [.failed(.noSRTPProfile)])
    #expect(network.client.events == [.failed(.refusedByPeer(alert: Self.handshakeFailure))])
  }

  @Test func withoutACommonCipherSuiteThereIsNoAssociation() {
    let first = DTLSContext(certificate: DTLSFixture.certificate, cipherSuites: ["ECDHE-ECDSA-AES128-GCM-SHA256"])
    let second = DTLSContext(certificate: DTLSFixture.certificate, cipherSuites: ["ECDHE-ECDSA-AES256-GCM-SHA384"])
    let network = DTLSNetwork(client: DTLSEndpoint(first), server: DTLSEndpoint(second))

    run(network, serverExpects: [Self.right], clientExpects: [Self.right])

    #expect(network.server.events == [.failed(.refused)])
    #expect(network.client.events == [.failed(.refusedByPeer(alert: Self.handshakeFailure))])
  }

  @Test func aSilentPeerIsGivenUpAfterThirtySeconds() {
    let network = DTLSNetwork(conditions: .init(loss: 1))

    run(network, serverExpects: [Self.right], clientExpects: [Self.right])

    #expect(network.client.events == [.failed(.timedOut)])
    #expect(network.server.events == [.failed(.timedOut)])
    #expect(network.now == .zero + .seconds(30))
    #expect(network.server.sent.isEmpty)
    // At 0, 0.1, 0.3, 0.7, 1.5, and 3.1 seconds, then every other second up to 29.1.
    #expect(network.client.sent.count == 19)
  }
}
