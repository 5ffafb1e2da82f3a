import Signaling
import TestSupport
import Testing

/// Encoders and players before a server that carries as much media as it can.
@Suite(.timeLimit(.minutes(1))) struct FullDoorTests {
  @Test func nobodyNewPublishesOrWatchesUntilThereIsTimeAgain() async throws {
    try await DoorClient.run { client in
      _ = try await client.join("tea", as: "Ada")
      client.plane.fill()

      for door in ["/whip/tea", "/whip/other", "/whep/tea"] {
        let refused = try await client.post(door)
        #expect(refused.status == 503 && refused["retry-after"] == "10", "\(door): \(refused.text)")
        #expect(refused.text.contains("as much to do as it can"))
      }
      client.plane.fill(false)

      _ = try await client.open("/whip/other")
      _ = try await client.open("/whep/tea")
    }
  }

  @Test func whoIsThereGoesOnAndRestarts() async throws {
    try await DoorClient.run { client in
      let (path, tag) = try await client.open()
      client.plane.fill()

      let restarted = try await client.request(
        "PATCH", path, DoorClient.fragment + ["If-Match: *"], body: "a=ice-ufrag:new\r\na=ice-pwd:new\r\n")
      let trickled = try await client.request(
        "PATCH", path, DoorClient.fragment + ["If-Match: \(restarted["etag"] ?? tag)"], body: "a=candidate:1\r\n")

      #expect(restarted.status == 200 && trickled.status == 204, "\(restarted.text) \(trickled.text)")
    }
  }
}
