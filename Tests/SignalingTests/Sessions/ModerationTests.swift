import Signaling
import TestSupport
import Testing

/// What hosts do, as those they do it to see it.
@Suite struct ModerationTests {
  @Test func muteSwitchesOffOnTheServerAndTellsEverybody() async throws {
    let server = TestService()
    let on = #""devices":{"audio":true,"video":true,"screen":true}"#
    let ada = try await server.join("tea", as: "Ada", on)
    let bob = try await server.join("tea", as: "Bob", on)
    let carol = try await server.join("tea", as: "Carol", on)

    let count = try await ada.succeed(#""type":"moderate","action":"mute","everyone":true,"reason":"Quiet""#)["count"]
    #expect(count?.integer == 2)
    let changes = carol.events("participantChanged")
    #expect(Set(changes.compactMap { $0["participant"]?.text }) == [bob.participant, carol.participant])
    #expect(changes.allSatisfy { $0["changes"]?["devices"]?["audio"]?.bool == false })
    #expect(bob.events("moderated").first?["reason"]?.text == "Quiet")

    for action in ["hideVideo", "stopScreen", "askToUnmute", "askToStartVideo", "lowerHand"] {
      try await ada.succeed(#""type":"moderate","action":"\#(action)","participants":["\#(bob.participant)"]"#)
    }
    #expect(bob.events("moderated").count == 6 && carol.events("moderated").count == 1)
    #expect(
      try await bob.succeed(#""type":"setDevices","audio":true"#)["devices"]
        == .object(["audio": .bool(true), "video": .bool(false), "screen": .bool(false)]))
    #expect(ada.events("participantChanged").last?["changes"]?["devices"]?["audio"]?.bool == true)
  }

  @Test func aHostLowersAllHandsAndTellsOnlyThoseWhoHadOneUp() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada", #""devices":{"audio":true}"#)
    let bob = try await server.join("tea", as: "Bob", #""devices":{"audio":true}"#)
    let carol = try await server.join("tea", as: "Carol")
    let dan = try await server.join("tea", as: "Dan")
    for client in [ada, bob, dan] { try await client.succeed(#""type":"raiseHand","raised":true"#) }

    let lowered = try await ada.succeed(#""type":"moderate","action":"lowerHand","everyone":true"#)["count"]

    #expect(lowered?.integer == 2)
    #expect([bob, carol, dan].map { $0.events("moderated").count } == [1, 0, 1])
    let hands = try await server.connect().resume(carol.resumeToken, fresh: true)["participants"]?.elements
    #expect(hands?.map { $0["hand"] == .null } == [false, true, true, true])
    // Nobody is told to be silent who is.
    #expect(try await ada.succeed(#""type":"moderate","action":"mute","everyone":true"#)["count"]?.integer == 1)
    #expect(bob.events("moderated").count == 2 && dan.events("moderated").count == 1)
  }

  @Test func aRuleBindsEverybodyWhoDoesNotModerate() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada", #""devices":{"audio":true}"#)
    let bob = try await server.join("tea", as: "Bob", #""devices":{"audio":true}"#)

    try await ada.succeed(#""type":"updateRoom","rules":{"publishAudio":false,"chat":false}"#)

    let change = bob.events("participantChanged").first
    #expect(change?["participant"]?.text == bob.participant)
    #expect(change?["changes"]?["devices"]?["audio"]?.bool == false)
    #expect(bob.events("participantChanged").count == 1)
    #expect(try await bob.fail(#""type":"setDevices","audio":true"#) == .forbidden)
    #expect(try await bob.fail(#""type":"sendChat","text":"x""#) == .forbidden)
    try await ada.succeed(#""type":"sendChat","text":"x""#)
    try await ada.succeed(#""type":"updateRoom","rules":{"publishAudio":true}"#)
    try await bob.succeed(#""type":"setDevices","audio":true"#)
    #expect(try await bob.fail(#""type":"sendChat","text":"x""#) == .forbidden)
  }

  @Test func aPermissionIsTakenFromOneAndGivenBackButNeverBeyondTheRole() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada")
    let bob = try await server.join("tea", as: "Bob", #""devices":{"video":true}"#)
    let set = { (permission: String, allowed: Bool) in
      let target = bob.participant
      return #""type":"setPermission","participant":"\#(target)","permission":"\#(permission)","allowed":\#(allowed)"#
    }

    try await ada.succeed(set("publishVideo", false))
    #expect(try await bob.fail(#""type":"setDevices","video":true"#) == .forbidden)
    try await ada.succeed(set("publishVideo", true))
    try await bob.succeed(#""type":"setDevices","video":true"#)
    #expect(try await ada.fail(set("moderate", true)) == .conflict)
  }

  @Test func whoIsRemovedIsGoneAndItsTokenIsDead() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada")
    let bob = try await server.join("tea", as: "Bob", cookie: "b")

    try await ada.succeed(
      #""type":"moderate","action":"remove","participants":["\#(bob.participant)"],"reason":"Spam""#)

    #expect(bob.events("removed").first?["message"]?.text == "Spam")
    #expect(bob.closed == .removed)
    #expect(ada.events("participantLeft").first?["reason"]?.text == "removed")
    let again = try await server.connect(cookie: "b")
    #expect(try await again.fail(#""type":"resume","token":"\#(bob.resumeToken)","seq":0"#) == .tokenExpired)
    try await again.join("tea", as: "Bob")
  }

  @Test func aBanKeepsTheBrowserOutAndNotItsNeighbours() async throws {
    let server = TestService()
    let school = ClientAddress(ipv4: 0xC000_0201)
    let ada = try await server.join("tea", as: "Ada")
    let bob = try await server.join("tea", as: "Bob", from: school, cookie: "b", #""client":"bob's browser""#)
    try await ada.succeed(#""type":"moderate","action":"ban","participants":["\#(bob.participant)"]"#)
    #expect(bob.events("removed").first?["reason"]?.text == "banned")
    let attempt = { (address: ClientAddress, cookie: String?, client: String) in
      let session = try await server.connect(from: address, cookie: cookie)
      return try await session.request(#""type":"join","room":"tea","name":"\#(client)","client":"\#(client)""#)[
        "error"]
    }

    for (address, cookie, client) in [
      (school, "b", "x"), (.loopback, "b", "x"), (school, "new", "bob's browser"), (.loopback, nil, "bob's browser"),
      (school, nil, "x"),
    ] {
      #expect(try await attempt(address, cookie, client)?["code"]?.text == "banned", "\(client)")
    }
    #expect(try await attempt(school, "carol's", "carol") == nil)
    #expect(try await attempt(.loopback, nil, "dan") == nil)
  }

  @Test func theHostRoleGoesToTheNextAndBackToTheOwner() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada")
    let bob = try await server.join("tea", as: "Bob")
    let carol = try await server.join("tea", as: "Carol")
    try await ada.succeed(#""type":"setRole","participant":"\#(carol.participant)","role":"cohost""#)

    await ada.session.disconnected()
    await server.pass(.seconds(29))
    #expect(try await carol.fail(#""type":"endRoom""#) == .forbidden)
    await server.pass(.seconds(1))
    #expect(bob.events("participantChanged").last?["changes"]?["role"]?.text == "host")
    #expect(bob.events("participantChanged").last?["participant"]?.text == carol.participant)
    #expect(carol.events("hostKey").isEmpty)

    let again = try await server.join("tea", as: "Ada", #""hostKey":"\#(ada.hostKey)""#)
    let people = try #require(again.snapshot?["participants"]?.elements)
    #expect(people.map { $0["role"]?.text } == ["participant", "cohost", "host"])
    #expect(people.map { $0["owner"]?.bool } == [false, false, true])
    // Her own old key makes somebody else one more host, but not the owner.
    let dan = try await server.join("tea", as: "Dan", #""hostKey":"\#(ada.hostKey)""#)
    #expect(dan.snapshot?["participants"]?.elements.last?["role"]?.text == "host")
    #expect(dan.snapshot?["participants"]?.elements.last?["owner"]?.bool == false)
  }

  @Test func theRoomIsTransferredWithANewKey() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada")
    let bob = try await server.join("tea", as: "Bob")

    try await ada.succeed(#""type":"transferHost","participant":"\#(bob.participant)""#)

    #expect(bob.events("hostKey").count == 1 && ada.events("hostKey").isEmpty)
    #expect(bob.hostKey != ada.hostKey)
    #expect(try await ada.fail(#""type":"endRoom""#) == .forbidden)
    let key = #""type":"join","room":"tea","name":"X","hostKey":"\#(ada.hostKey)""#
    #expect(try await server.connect().fail(key) == .tokenInvalid)
    try await bob.succeed(#""type":"endRoom""#)
    for client in [ada, bob] {
      #expect(client.events("roomEnded").first?["reason"]?.text == "host")
      #expect(client.closed == .roomEnded)
    }
  }

  @Test func twoHostsHaveEqualPowers() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada")
    let bob = try await server.join("tea", as: "Bob")
    try await ada.succeed(#""type":"setRole","participant":"\#(bob.participant)","role":"host""#)

    try await bob.succeed(#""type":"moderate","action":"mute","participants":["\#(ada.participant)"]"#)
    try await bob.succeed(#""type":"updateRoom","mode":"mesh""#)
    #expect(try await bob.fail(#""type":"updateRoom","mode":"routed""#) == .mediaUnavailable)
    try await ada.succeed(#""type":"leave""#)

    #expect(bob.events("participantChanged").last?["changes"]?["owner"]?.bool == true)
    try await bob.succeed(#""type":"endRoom""#)
  }

  @Test func everyActIsWrittenDownForModerators() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada")
    let bob = try await server.join("tea", as: "Bob")
    let message = try await bob.succeed(#""type":"sendChat","text":"bad""#)["message"]?.text ?? ""
    let id = bob.participant
    for act in [
      #""type":"deleteChat","message":"\#(message)""#, #""type":"moderate","action":"mute","participants":["\#(id)"]"#,
      #""type":"setPermission","participant":"\#(id)","permission":"draw","allowed":false"#,
      #""type":"setRole","participant":"\#(id)","role":"speaker""#,
      #""type":"updateRoom","password":"secret","locked":true"#,
      #""type":"moderate","action":"ban","participants":["\#(id)"],"reason":"Enough""#,
    ] { try await ada.succeed(act) }

    let entries = try #require(try await ada.succeed(#""type":"getAudit""#)["entries"]?.elements)

    #expect(
      entries.map { $0["action"]?.text } == ["deleteChat", "mute", "setPermission", "setRole", "updateRoom", "ban"])
    #expect(entries.allSatisfy { $0["byName"]?.text == "Ada" && $0["by"]?.text == ada.participant })
    #expect(entries.last?["targetName"]?.text == "Bob" && entries.last?["detail"]?.text == "Enough")
    #expect(entries[2]["detail"]?.text == "-draw")
    #expect(entries[4]["detail"]?.text == "locked, password set")
  }
}
