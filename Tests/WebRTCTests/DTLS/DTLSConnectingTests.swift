import RTP
import Testing
import WebRTC

struct DTLSConnectingTests {
  @Test func bothSidesGetTheSameKeysInTwoRoundTrips() throws {
    let network = DTLSNetwork()

    #expect(network.connect())

    let keys = try #require(network.client.keys)
    #expect(network.server.keys == keys)
    #expect(keys.profile == .aeadAES128GCM)
    #expect(keys.client != keys.server)
    #expect(network.client.events == [.connected(keys, as: .client)])
    #expect(network.server.events == [.connected(keys, as: .server)])
    #expect(network.now == .zero + .milliseconds(80))
    #expect(keys.sendKey(of: .client) == keys.receiveKey(of: .server))
  }

  @Test(arguments: SRTPProfile.allCases)
  func agreesOnTheOnlyProfileOfThePeer(profile: SRTPProfile) {
    let restricted = DTLSContext(certificate: DTLSFixture.certificate, profiles: [profile])
    let asServer = DTLSNetwork(client: DTLSEndpoint(restricted))
    let asClient = DTLSNetwork(server: DTLSEndpoint(restricted))

    #expect(asServer.connect())
    #expect(asClient.connect())

    #expect(asServer.server.keys?.profile == profile)
    #expect(asClient.client.keys?.profile == profile)
  }

  /// A server takes its own preference, whatever the order of the client.
  @Test func prefersGCMWhereAClientPrefersCounterMode() {
    let offered: [SRTPProfile] = [.aes128CounterModeHMACSHA1Tag80, .aeadAES256GCM, .aeadAES128GCM]
    let client = DTLSEndpoint(DTLSContext(certificate: DTLSFixture.certificate, profiles: offered))
    let network = DTLSNetwork(client: client)

    #expect(network.connect())

    #expect(network.client.keys?.profile == .aeadAES128GCM)
  }

  @Test func theKeysProtectMedia() throws {
    let network = DTLSNetwork()
    #expect(network.connect())
    let client = try #require(network.client.keys)
    let server = try #require(network.server.keys)
    var sender = SRTPSendContext(profile: client.profile, master: client.sendKey(of: .client))
    var receiver = SRTPReceiveContext(profile: server.profile, master: server.receiveKey(of: .server))

    #expect(try receiver.open(sender.seal(rtpPacket(1))) == rtpPacket(1))
  }

  /// 200 connections, each with its own luck: all succeed, half of them in less than a second.
  @Test func connectsThroughThirtyPercentLoss() {
    let times = (1...200).map { seed in
      let conditions = DTLSNetwork.Conditions(loss: 0.3, delay: 15...25)
      let network = DTLSNetwork(conditions: conditions, seed: UInt64(seed))
      #expect(network.connect(), "seed \(seed)")
      #expect(network.client.keys == network.server.keys, "seed \(seed)")
      return network.now.nanoseconds / 1_000_000
    }.sorted()

    #expect(times[0] >= 60 && times[0] < 120)
    #expect(times[100] > 80 && times[100] < 1000)
    #expect(times[199] < 15_000)
  }

  /// The smallest path: flights of many datagrams, of which each may be lost, late or doubled.
  @Test func connectsWithSmallDatagramsThatAreLostLateAndDoubled() {
    for seed in UInt64(1)...60 {
      let client = DTLSEndpoint(maximumDatagramByteCount: 300)
      let server = DTLSEndpoint(maximumDatagramByteCount: 300)
      let conditions = DTLSNetwork.Conditions(loss: 0.2, duplication: 0.2, delay: 5...80)
      let network = DTLSNetwork(client: client, server: server, conditions: conditions, seed: seed)

      #expect(network.connect(), "seed \(seed)")

      let sizes = (client.sent + server.sent).map(\.count)
      #expect(sizes.allSatisfy { $0 <= 300 }, "seed \(seed)")
      #expect(sizes.contains { $0 > 200 }, "the datagrams are filled")
    }
  }

  @Test func noDatagramIsLargerThanThePathAllows() {
    let network = DTLSNetwork()
    #expect(network.connect())

    let sizes = (network.client.sent + network.server.sent).map(\.count)

    #expect(sizes.allSatisfy { $0 <= 1200 })
    #expect(network.server.sent.count == 2, "each flight of the server is one datagram")
  }

  /// The server has finished and forgotten OpenSSL; the client asks again, in records that the server has not seen.
  @Test(arguments: 1...3)
  func aLostLastFlightIsSentAgain(lossCount: Int) {
    let network = DTLSNetwork()
    var lost = 0
    network.filter = { bytes, isForServer in
      guard !isForServer, bytes[0] == 20, lost < lossCount else { return true }  // ChangeCipherSpec
      lost += 1
      return false
    }

    #expect(network.connect())

    #expect(lost == lossCount)
    #expect(network.client.keys == network.server.keys)
    #expect(network.now < .zero + .seconds(2))
  }

  /// Every suite derives its own record keys, which the repeated flights and the leave need.
  @Test(arguments: DTLSContext.cipherSuites.filter { $0.contains("ECDSA") })
  func sendsAgainAndTakesLeaveWithEveryCipherSuite(suite: String) {
    let context = DTLSContext(certificate: DTLSFixture.certificate, cipherSuites: [suite])
    let network = DTLSNetwork(client: DTLSEndpoint(context))
    var lost = 0
    network.filter = { bytes, isForServer in
      guard !isForServer, bytes[0] == 20, lost < 1 else { return true }
      lost += 1
      return false
    }
    #expect(network.connect())

    network.client.close()
    network.run(until: network.now + .seconds(1))

    #expect(network.client.state == .closed)
    #expect(network.server.events.last == .closedByPeer)
  }

  @Test func nothingIsSentAgainAfterwards() {
    let network = DTLSNetwork()
    #expect(network.connect())
    let count = network.client.sent.count + network.server.sent.count

    network.run(until: network.now + .seconds(60))

    #expect(network.client.nextDeadline == .distantFuture)
    #expect(network.server.nextDeadline == .distantFuture)
    #expect(network.client.sent.count + network.server.sent.count == count)
  }
}
