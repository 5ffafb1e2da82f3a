import Foundation
import RTP
import Testing
import WebRTC

/// Handshakes over real sockets with a peer that has its own state machine and timers.
@Suite(.serialized, .enabled(if: OpenSSLProgram.isInstalled, "the openssl program is not there"))
struct OpenSSLProgramTests {
  private static let profiles = [
    "SRTP_AES128_CM_SHA1_80": SRTPProfile.aes128CounterModeHMACSHA1Tag80,
    "SRTP_AEAD_AES_128_GCM": .aeadAES128GCM,
    "SRTP_AEAD_AES_256_GCM": .aeadAES256GCM,
  ]
  private static let ec = ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]

  /// Of our datagrams those with the numbers in `losses` are lost: the first flight, its repetition, the last flight.
  @Test(arguments: [
    ("SRTP_AES128_CM_SHA1_80", []), ("SRTP_AEAD_AES_256_GCM", [0]), ("SRTP_AEAD_AES_128_GCM", [0, 1]),
    ("SRTP_AEAD_AES_128_GCM", [1]),
  ])
  func agreesWithAClient(profile: String, losses: [Int]) throws {
    let expected = try #require(Self.profiles[profile])
    let identity = try OpenSSLProgram.Identity(Self.ec)
    let socket = LoopbackSocket()
    let endpoint = DTLSEndpoint()
    endpoint.start(as: .server, expecting: [try #require(try identity.fingerprint())], at: LoopbackSocket.now())
    let program = try OpenSSLProgram(
      ["s_client", "-connect", "127.0.0.1:\(socket.port)"], identity: identity, profiles: profile,
      keyByteCount: SRTPKeyingMaterial.exportedByteCount(for: expected))

    run(
      endpoint, on: socket, losing: losses,
      until: { endpoint.state == .connected && endpoint.sent.count > losses.count + 1 })
    run(endpoint, on: socket, for: .milliseconds(100))
    let exported = try program.finish()
    run(endpoint, on: socket, until: { endpoint.state == .closed })

    let keys = try #require(endpoint.keys)
    #expect(exported == keys.client.key + keys.server.key + keys.client.salt + keys.server.salt)
    #expect(keys.profile == expected)
    #expect(endpoint.events.last == .closedByPeer)
  }

  /// The server's last flight is lost `lossCount` times: it repeats it for a Finished in records that it has not seen, and only then.
  @Test(arguments: [(ec, 0), (["rsa:2048"], 0), (ec, 2)])
  func agreesWithAServer(algorithm: [String], lossCount: Int) throws {
    let identity = try OpenSSLProgram.Identity(algorithm)
    let socket = LoopbackSocket()
    let port = LoopbackSocket().port  // free again at once
    let program = try OpenSSLProgram(
      ["s_server", "-accept", "127.0.0.1:\(port)", "-Verify", "1"], identity: identity,
      profiles: "SRTP_AEAD_AES_128_GCM",
      keyByteCount: SRTPKeyingMaterial.exportedByteCount(for: .aeadAES128GCM))
    let endpoint = DTLSEndpoint()
    socket.connect(to: port)
    endpoint.start(as: .client, expecting: [try #require(try identity.fingerprint())], at: LoopbackSocket.now())

    var lost = 0
    run(
      endpoint, on: socket,
      missing: { lastFlight in
        guard lastFlight[0] == 20, lost < lossCount else { return false }  // ChangeCipherSpec
        lost += 1
        return true
      },
      until: { endpoint.state == .connected })
    let exported = try program.finish()

    let keys = try #require(endpoint.keys)
    #expect(exported == keys.client.key + keys.server.key + keys.client.salt + keys.server.salt)
  }

  /// Carries datagrams until `isDone` or the time is over.
  private func run(
    _ endpoint: DTLSEndpoint, on socket: LoopbackSocket, losing losses: [Int] = [],
    missing isMissed: ([UInt8]) -> Bool = { _ in false }, for limit: Duration = .seconds(20),
    until isDone: () -> Bool = { false }
  ) {
    let end = LoopbackSocket.now() + limit
    var number = 0
    while !isDone(), LoopbackSocket.now() < end {
      endpoint.work(at: LoopbackSocket.now())
      for datagram in endpoint.takeOutgoing() {
        if !losses.contains(number) { socket.send(datagram) }
        number += 1
      }
      if let datagram = socket.receive(), !isMissed(datagram) { endpoint.receive(datagram, at: LoopbackSocket.now()) }
      if endpoint.nextDeadline <= LoopbackSocket.now() { endpoint.advance(to: LoopbackSocket.now()) }
    }
  }
}
