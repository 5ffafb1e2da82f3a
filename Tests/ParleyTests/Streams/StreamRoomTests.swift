import RTP
import SFU
import STUN
import ScriptedPeer
import Testing
import WebRTC
import parley

/// The whole server with an encoder and players, who have nothing of it but HTTP and UDP.
@Suite struct StreamRoomTests {
  @Test(.timeLimit(.minutes(2))) func playersSeeWhatAnEncoderPublishes() async throws {
    try await WholeServer.serving { port, media in
      let (web, mediaPort) = (WebClient(port: port), media.port)
      let encoder = StreamClient(web, mediaPort: mediaPort, seed: 1)
      let players = [2, 3].map { Self.player(web, mediaPort, seed: $0) }
      let all = [encoder] + players
      #expect(try await players[0].post("whep", "tea") == 409, "nobody publishes")

      #expect(try await encoder.post("whip", "tea") == 201)
      encoder.browser.startCamera(every: .milliseconds(20), at: SystemClock.now)
      encoder.browser.startMicrophone(every: .milliseconds(20), at: SystemClock.now)
      for player in players {
        var status = 409
        try await Self.live(all) {
          status = try await player.post("whep", "tea")
          return status != 409
        }
        #expect(status == 201)
      }
      let see = try await Self.live(all) {
        players.allSatisfy { $0.receivedCount(inMedia: 0) > 20 && $0.receivedCount(inMedia: 1) > 20 }
      }
      #expect(see)

      for client in all {
        #expect(try await client.trickle() == 204)
        let tag = client.tag
        #expect(try await client.restart() == 200)
        #expect(client.tag != tag)
      }
      let counts = players.map { $0.receivedCount(inMedia: 1) }
      let goesOn = try await Self.live(all) {
        all.allSatisfy(\.browser.agent.isAnswered)
          && zip(players, counts).allSatisfy { $0.receivedCount(inMedia: 1) > $1 + 20 }
      }
      #expect(goesOn, "the keys stay")

      for client in all.reversed() {
        #expect(try await client.delete() == 200)
        #expect(try await client.delete() == 404)
      }
      let haveLeft = try await Self.live(all) { all.allSatisfy(\.browser.isLeft) }
      #expect(haveLeft)
    }
  }

  private static func player(_ web: WebClient, _ mediaPort: UInt16, seed: UInt64) -> StreamClient {
    let player = StreamClient(web, mediaPort: mediaPort, seed: seed)
    (player.browser.descriptions.audio, player.browser.descriptions.video) = (.recvonly, .recvonly)
    return player
  }

  /// Lives until `isDone`; false if it was not done for so long that it never will be, on the busiest machine.
  @discardableResult
  private static func live(_ clients: [StreamClient], until isDone: () async throws -> Bool) async throws -> Bool {
    let end = SystemClock.now + .seconds(40)
    while SystemClock.now < end {
      for client in clients { client.step() }
      if try await isDone() { return true }
      try await Task.sleep(for: .milliseconds(1))
    }
    return false
  }
}
