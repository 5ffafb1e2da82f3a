import Signaling
import TestSupport
import Testing

/// WHIP and WHEP on the wire, from the offer to the end.
@Suite struct WHIPServerTests {
  @Test func anOfferIsAnsweredWithSessionTagAndServers() async throws {
    try await DoorClient.run(signaling: {
      $0.iceServers = [ICEServer(urls: ["stun:meet.example:3478", "turn:meet.example:3478?transport=udp"])]
      $0.turnSecret = String(repeating: "s", count: 32)
    }) { client in
      let response = try await client.post()

      #expect(response.status == 201 && response.text == "v=0\r\nanswer\r\n")
      #expect(response["content-type"] == "application/sdp")
      #expect(response["accept-patch"] == "application/trickle-ice-sdpfrag")
      #expect(response["access-control-allow-origin"] == "*")
      let location = try #require(response["location"])
      #expect(location.hasPrefix("tea/") && location.utf8.count == 4 + 26)
      let tag = try #require(response["etag"])
      #expect(tag.hasPrefix("\"") && tag.hasSuffix("\"") && tag.utf8.count > 10)
      let links = response.headers.filter { $0.name == "link" }.map(\.value)
      #expect(links.count == 2 && links.allSatisfy { !$0.contains(",") && $0.contains(#"rel="ice-server""#) })
      #expect(links[1].contains("credential-type=\"password\""))
    }
  }

  @Test func anEncoderTricklesRestartsAndEnds() async throws {
    try await DoorClient.run { client in
      let session = try await client.open()
      let patch = { (tag: String, body: String) in
        try await client.request("PATCH", session.path, DoorClient.fragment + ["If-Match: \(tag)"], body: body)
      }

      let trickled = try await patch(session.tag, "a=candidate:1")
      #expect(trickled.status == 204 && trickled["etag"] == nil && trickled.body.isEmpty)
      #expect(try await patch("\"other\"", "a=candidate:1").status == 412)
      #expect(try await patch(session.tag, "new").status == 422)
      #expect(try await patch("*", "malformed").status == 400)
      let restarted = try await patch("\"*\"", "new")
      #expect(restarted.status == 200 && restarted.text == "a=ice-ufrag:ours\r\n")
      #expect(restarted["content-type"] == "application/trickle-ice-sdpfrag")
      let tag = try #require(restarted["etag"])
      #expect(tag != session.tag)
      #expect(try await patch(session.tag, "a=candidate:1").status == 412)
      #expect(try await patch(tag, "a=candidate:1").status == 204)
      #expect(try await client.request("GET", session.path).status == 204)
      #expect(try await client.request("DELETE", session.path, ["If-Match: \"x\""]).status == 200)
      #expect(try await client.request("DELETE", session.path).status == 404)
      #expect(try await patch(tag, "a=candidate:1").status == 404)
      #expect(try await client.eventually { await client.server.service.statistics().participants == 0 })
    }
  }

  @Test func thePeopleOfTheRoomSeeTheEncoderComeAndGo() async throws {
    try await DoorClient.run { client in
      let ada = try await client.join("tea", as: "Ada")

      let session = try await client.open("/whip/tea?name=Stage%20camera")

      let joined = try #require(ada.events("participantJoined").first?["participant"])
      #expect(joined["name"]?.text == "Stage camera" && joined["role"]?.text == "machine")
      let id = try #require(joined["id"]?.text)
      try await ada.succeed(#""type":"moderate","action":"remove","participants":["\#(id)"]"#)
      #expect(try await client.request("GET", session.path).status == 404)
      #expect(ada.events("participantLeft").count == 1)
    }
  }

  @Test(arguments: [("malformed", 400), ("unusable", 422), ("full", 503)])
  func anOfferThatMediaRefusesLeavesNobodyBehind(offer: String, status: Int) async throws {
    try await DoorClient.run { client in
      let response = try await client.post(body: offer)

      #expect(response.status == status && response["content-type"] == "application/problem+json")
      #expect(try JSON(parsing: response.body)["detail"]?.text?.hasSuffix(".") == true)
      #expect(response["location"] == nil)
      #expect((response["retry-after"] != nil) == (status == 503))
      #expect(try await client.eventually { await client.server.service.statistics().streams.isEmpty })
      #expect(await client.server.service.statistics().participants == 0)
    }
  }

  @Test(.timeLimit(.minutes(1))) func mediaThatDoesNotAnswerKeepsNobodyWaiting() async throws {
    try await DoorClient.run { client in
      let start = ContinuousClock.now

      let response = try await client.post(body: "silent")

      #expect(response.status == 503 && response["retry-after"] != nil)
      #expect(.seconds(5)..<(.seconds(8)) ~= start.duration(to: .now))
      #expect(try await client.eventually { await client.server.service.statistics().participants == 0 })
    }
  }

  @Test func aPlayerWatchesAndIsCounted() async throws {
    try await DoorClient.run { client in
      let empty = try await client.post("/whep/tea")
      #expect(empty.status == 409 && empty["retry-after"] == "2")
      let ada = try await client.join("tea", as: "Ada")

      let response = try await client.post("/whep/tea?participant=Ada&source=camera")

      #expect(response.status == 201)
      let links = response.headers.filter { $0.name == "link" }.map(\.value)
      let location = try #require(response["location"])
      #expect(links.contains { $0.hasPrefix("<\(location)/layer>; rel=\"urn:ietf:params:whep:ext:core:layer\"") })
      #expect(links.contains { $0.hasPrefix("<\(location)/events>;") && $0.contains("events=\"active,inactive") })
      client.plane.tell(.connected(try #require(client.plane.offered.last)))
      #expect(try await client.eventually { ada.events("roomChanged").last?["changes"]?["viewers"]?.integer == 1 })
      #expect(await client.server.service.statistics().viewers == 1)
      #expect(try await client.request("DELETE", "/whep/\(location)").status == 200)
    }
  }

  @Test func aPlayerChoosesLayers() async throws {
    try await DoorClient.run { client in
      _ = try await client.join("tea", as: "Ada")
      let session = try await client.open("/whep/tea")
      let choose = { (body: String) in
        try await client.request("POST", session.path + "/layer", ["Content-Type: application/json"], body: body)
      }
      let player = try #require(client.plane.offered.last)
      let track = try #require(
        client.plane.commands.compactMap { if case .watch(_, _, let selection) = $0 { selection.video } else { nil } }
          .last)

      #expect(try await choose(#"{"mediaId":"1","maxWidth":640}"#).status == 200)
      #expect(try await choose(#"{"mediaId":"1","encodingId":"l"}"#).status == 200)
      #expect(try await choose(#"{"mediaId":"1","rid":"x"}"#).status == 400)
      #expect(try await choose(#"{"mediaId":"7"}"#).status == 400)
      #expect(try await choose("{").status == 400)
      #expect(try await choose(#"{"mediaId":"1"}"#).status == 200)

      var (narrow, low) = (MediaWish(), MediaWish())
      narrow.spatialLayer = 1  // the largest within 640
      low.spatialLayer = 0
      let wishes = client.plane.commands.filter { if case .subscribe = $0 { true } else { false } }
      #expect(wishes == [narrow, low, MediaWish()].map { .subscribe(player, [track: $0]) })
    }
  }

  @Test(.timeLimit(.minutes(1))) func aPlayerIsToldWhatHappens() async throws {
    try await DoorClient.run { client in
      let ada = try await client.join("tea", as: "Ada")
      let session = try await client.open("/whep/tea")
      let subscribed = try await client.request(
        "POST", session.path + "/events", ["Content-Type: application/json"],
        body: #"["inactive","layers","viewercount"]"#)
      #expect(subscribed.status == 201)
      let location = try #require(subscribed["location"])
      let target = session.path + "/" + location

      try await RawConnection.open(port: client.server.port) { connection in
        try await connection.send("GET \(target) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        var text = ""
        func read(until part: String) async throws {
          while !text.contains(part) { text += String(decoding: try await connection.read(1), as: UTF8.self) }
        }
        try await read(until: "\r\n\r\n")
        #expect(text.hasPrefix("HTTP/1.1 200") && text.lowercased().contains("content-type: text/event-stream"))
        try await read(until: "event: viewercount\ndata: {\"viewercount\":0}\n\n")
        try await read(until: "event: layers\ndata: {\"1\":{\"active\":[{\"rid\":\"l\"")
        try await ada.succeed(#""type":"setDevices","video":false"#)
        try await read(until: "event: inactive\ndata: {}\n\n")
        #expect(!text.contains("event: active"))
        #expect(try await client.request("DELETE", session.path).status == 200)
        try await read(until: "\r\n0\r\n\r\n")
      }
    }
  }

  @Test func aPasswordATokenAndAKeyOpenARoom() async throws {
    let secret = String(repeating: "j", count: 32)
    try await DoorClient.run(signaling: { $0.accessTokenSecret = secret }) { client in
      let host = TestToken.signed(
        #"{"sub":"h","exp":4000000000,"rooms":["tea"],"grants":{"role":"host"}}"#, secret)
      let guest = TestToken.signed(#"{"sub":"g","exp":4000000000,"rooms":["tea"],"name":"Gert"}"#, secret)
      let ada = try await client.join("tea", as: "Ada", #""token":"\#(host)","devices":{"video":true}"#)
      try await ada.succeed(#""type":"updateRoom","password":"green:tea""#)
      let key = try #require(try await ada.succeed(#""type":"createStreamKey","name":"Stage""#)["key"]?.text)

      let refused = try await client.post()
      #expect(refused.status == 401 && refused["www-authenticate"]?.hasPrefix("Bearer") == true)
      #expect(try await client.post(token: "wrong").status == 401)
      #expect(try await client.post(token: guest + "x").status == 401)
      #expect(try await client.post(token: "sk_wrong").status == 401)
      #expect(
        try await client.request("POST", "/whip/tea", DoorClient.offer + ["Authorization: Basic YTpi"], body: "v")
          .status == 401)
      #expect(try await client.post("/whip/tea?token=\(key)").status == 401)
      #expect(try await client.post(token: "Cam:green:tea").status == 201)
      #expect(try await client.post(token: guest).status == 201)
      #expect(try await client.post(token: key).status == 201)
      #expect(try await client.post("/whep/tea", token: key).status == 403)
      try await ada.succeed(#""type":"updateRoom","locked":true"#)
      #expect(try await client.post(token: guest).status == 201, "its place is its own")
      #expect(try await client.post("/whep/tea", token: guest).status == 403)
      #expect(try await client.post("/whep/tea", token: host).status == 201)
      let names = ada.events("participantJoined").compactMap { $0["participant"]?["name"]?.text }
      #expect(names == ["Cam", "Gert", "Stage"])
    }
  }

  @Test func aKeyMakesNoRoom() async throws {
    try await DoorClient.run { client in
      let response = try await client.post("/whip/nowhere", token: "sk_abcdefghijkmnpqrstuvwxyz23")

      #expect(response.status == 401)
      #expect(await client.server.service.statistics().rooms.isEmpty)
    }
  }

  @Test func anEncoderThatComesBackEndsItsOldSession() async throws {
    try await DoorClient.run { client in
      let ada = try await client.join("tea", as: "Ada")
      let key = try #require(try await ada.succeed(#""type":"createStreamKey","name":"Stage""#)["key"]?.text)
      let first = try await client.open(token: key)

      let second = try await client.open(token: key)

      #expect(try await client.request("GET", first.path).status == 404)
      #expect(try await client.request("GET", second.path).status == 204)
      #expect(try await client.request("DELETE", first.path).status == 404)
      #expect(ada.events("participantJoined").count == 1 && ada.events("participantLeft").isEmpty)
    }
  }

  @Test func itWorksBelowAPrefixAndBehindAProxy() async throws {
    try await DoorClient.run({ $0.publicURL = PublicURL("https://example.org/meet") }) { client in
      let response = try await client.post("/meet/whip/caf%C3%A9")
      let location = try #require(response["location"])

      #expect(response.status == 201 && location.hasPrefix("caf%C3%A9/"))
      #expect(try await client.request("GET", "/meet/whip/" + location).status == 204)
      #expect(try await client.request("DELETE", "/whip/" + location).status == 200)
    }
  }

  @Test func aServerWithoutMediaSaysSo() async throws {
    try await RunningServer.run { server in
      try await RawConnection.open(port: server.port) { connection in
        let response = try await connection.request("POST", "/whip/tea", DoorClient.offer, body: "v=0")
        #expect(response.status == 503 && response["retry-after"] != nil)
      }
      #expect(await server.service.statistics().rooms.isEmpty)
    }
  }
}
