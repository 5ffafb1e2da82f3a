import Signaling
import TestSupport
import Testing

/// Who may come in, seen from outside and inside.
@Suite struct AdmissionTests {
  @Test func aLockedRoomTakesNobodyButWhoeverHasTheKey() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada")
    try await ada.succeed(#""type":"updateRoom","locked":true"#)
    let bob = try await server.connect()

    #expect(try await bob.fail(#""type":"join","room":"TEA","name":"Bob""#) == .roomLocked)
    #expect(try await bob.fail(#""type":"join","room":"tea","name":"Bob","hostKey":"hk_guess""#) == .tokenInvalid)
    #expect(ada.events("participantJoined").isEmpty)

    try await bob.join("tea", as: "Bob", #""hostKey":"\#(ada.hostKey)""#)
    #expect(ada.events("participantJoined").first?["participant"]?["role"]?.text == "host")
  }

  @Test func aPasswordIsAskedForAndOnlyWrongOnesCount() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada")
    try await ada.succeed(#""type":"updateRoom","password":"früh""#)
    #expect(ada.events("roomChanged").first?["changes"]?["hasPassword"]?.bool == true)

    let bob = try await server.connect()
    #expect(try await bob.fail(#""type":"join","room":"tea","name":"Bob""#) == .passwordRequired)
    for _ in 0..<5 {
      #expect(try await bob.fail(#""type":"join","room":"tea","name":"Bob","password":"spät""#) == .wrongPassword)
    }
    let limited = try await bob.request(#""type":"join","room":"tea","name":"Bob","password":"früh""#)
    #expect(limited["error"]?["code"]?.text == "wrongPassword")
    #expect((1...60).contains(limited["error"]?["retryAfter"]?.integer ?? 0))

    // Others, elsewhere, are not kept out by it.
    let far = ClientAddress(ipv4: 0xC000_0201)
    let carol = try await server.join("tea", as: "Carol", from: far, #""password":"früh""#)
    #expect(carol.snapshot != nil)
    await server.pass(.seconds(13))
    try await bob.join("tea", as: "Bob", #""password":"früh""#)

    // And once it is gone, nobody asks.
    try await ada.succeed(#""type":"updateRoom","password":"""#)
    _ = try await server.join("tea", as: "Dan")
  }

  @Test func aClassBehindOneAddressComesInAtOnce() async throws {
    let server = TestService { $0.limits.meshParticipants = 100 }
    let ada = try await server.join("tea", as: "Ada")
    try await ada.succeed(#""type":"updateRoom","password":"früh""#)

    let states = try await withThrowingTaskGroup(of: String?.self) { group in
      for number in 0..<30 {
        group.addTask {
          try await server.join("tea", as: "Pupil \(number)", #""password":"früh""#).snapshot?["state"]?.text
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }

    #expect(states == Array(repeating: "joined", count: 30))
  }

  @Test func oneWhoGuessesKeepsNoNeighbourOut() async throws {
    let server = TestService { $0.limits.meshParticipants = 100 }
    let ada = try await server.join("tea", as: "Ada")
    try await ada.succeed(#""type":"updateRoom","password":"früh""#)
    let guesser = try await server.connect(cookie: "guesser")
    let guess = #""type":"join","room":"tea","name":"Mallory","password":"spät""#
    for _ in 0..<10 { #expect(try await guesser.fail(guess) == .wrongPassword) }

    for number in 0..<20 {
      let pupil = try await server.connect(cookie: "pupil \(number)")
      try await pupil.join("tea", as: "Pupil \(number)", #""password":"früh""#)
    }
    #expect(try await guesser.fail(#""type":"join","room":"tea","name":"Mallory","password":"früh""#) == .wrongPassword)
  }

  @Test func manyWhoGuessTogetherAreStoppedAsOne() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada")
    try await ada.succeed(#""type":"updateRoom","password":"früh""#)
    let guess = #""type":"join","room":"tea","name":"Mallory","password":"spät""#
    for number in 0..<30 {
      _ = try await server.connect(cookie: "guesser \(number)").fail(guess)
    }

    let latest = try await server.connect(cookie: "another guesser").request(guess)

    #expect((latest["error"]?["retryAfter"]?.integer ?? 0) > 0, "and the password is not looked at")
  }

  @Test func theLobbyShowsNothingOfTheRoomUntilSomebodyIsLetIn() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada")
    try await ada.succeed(#""type":"updateRoom","lobby":true,"lobbyMessage":"We start at ten.""#)
    try await ada.succeed(#""type":"sendChat","text":"secret""#)

    let bob = try await server.join("tea", as: "Ada")
    let carol = try await server.join("tea", as: "Carol")
    #expect(bob.received.last?["data"]?["state"]?.text == "waiting")
    #expect(bob.received.last?["data"]?["message"]?.text == "We start at ten.")
    await server.pass(.seconds(1))
    #expect(ada.events("waitingChanged").last?["waiting"]?.elements.count == 2)

    #expect(try await ada.succeed(#""type":"messageWaiting","text":"Soon""#)["count"]?.integer == 2)
    try await ada.succeed(#""type":"sendChat","text":"another secret""#)
    #expect(bob.events.map { $0["type"]?.text } == ["lobbyMessage"])

    #expect(try await ada.succeed(#""type":"admit","participants":["\#(bob.participant)"]"#)["count"]?.integer == 1)
    let admitted = try #require(bob.events("admitted").first)
    #expect(admitted["participants"]?.elements.compactMap { $0["name"]?.text } == ["Ada", "Ada (2)"])
    #expect(admitted["chat"]?.elements.count == 2)
    try await ada.succeed(#""type":"deny","everyone":true,"message":"Tomorrow""#)
    #expect(carol.events("denied").first?["message"]?.text == "Tomorrow")
    #expect(carol.closed == .denied)
    #expect(carol.events("participantJoined").isEmpty && carol.events("chatMessage").isEmpty)
  }

  @Test func openingTheLobbyLetsEverybodyInAndTheLimitKeepsTheRest() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada")
    try await ada.succeed(#""type":"updateRoom","lobby":true,"maxParticipants":3"#)
    var waiting: [TestClient] = []
    for number in 0..<4 { waiting.append(try await server.join("tea", as: "Guest \(number)")) }

    try await ada.succeed(#""type":"updateRoom","lobby":false"#)

    #expect(waiting.map { $0.events("admitted").count } == [1, 1, 0, 0])
    let newcomer = try await server.connect()
    #expect(try await newcomer.fail(#""type":"join","room":"tea","name":"Late""#) == .roomFull)
    #expect(try await ada.fail(#""type":"admit","everyone":true"#) == .roomFull)
  }

  @Test func guestsWaitForTheHostAndComeInWithIt() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada")
    let watcher = try await server.join("tea", as: "Walter")
    try await ada.succeed(#""type":"setRole","participant":"\#(watcher.participant)","role":"audience""#)
    try await ada.succeed(#""type":"updateRoom","waitForHost":true"#)
    try await ada.succeed(#""type":"leave""#)
    let bob = try await server.join("tea", as: "Bob")
    #expect(bob.received.last?["data"]?["reason"]?.text == "host")

    let again = try await server.join("tea", as: "Ada", #""hostKey":"\#(ada.hostKey)""#)

    #expect(bob.events("admitted").count == 1)
    #expect(again.events("participantJoined").count == 1)
    #expect(watcher.events("participantJoined").count == 2)
  }

  @Test func aMeshTakesFourAndSaysSo() async throws {
    let server = TestService()
    for number in 0..<4 { _ = try await server.join("tea", as: "Guest \(number)") }
    let fifth = try await server.connect()

    let answer = try await fifth.request(#""type":"join","room":"tea","name":"Fifth""#)

    #expect(answer["error"]?["code"]?.text == "roomFull")
    #expect(answer["error"]?["message"]?.text?.contains("4") == true)
  }

  @Test func aNameIsTakenByOnePersonButNotByItsOwnGhost() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada", cookie: "c1", #""client":"x""#)
    let bob = try await server.connect(cookie: "c2")
    #expect(try await bob.fail(#""type":"join","room":"tea","name":" aDA ""#) == .nameInUse)

    await ada.session.disconnected()
    #expect(try await bob.fail(#""type":"join","room":"tea","name":"Ada","client":"x""#) == .nameInUse)
    let again = try await server.join("tea", as: "Ada", cookie: "c1", #""client":"x""#)

    #expect(again.snapshot?["participants"]?.elements.count == 1)
    #expect(try await again.fail(#""type":"rename","name":"""#) == .invalidName)
  }

  @Test func aRoomEndsWithItsTime() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada")
    try await ada.succeed(#""type":"updateRoom","lobby":true"#)
    let waiting = try await server.join("tea", as: "Wilma")
    try await ada.succeed(#""type":"updateRoom","endsAfter":60"#)

    await server.pass(.seconds(59))
    #expect(ada.closed == nil)
    await server.pass(.seconds(1))

    for client in [ada, waiting] {
      #expect(client.events("roomEnded").first?["reason"]?.text == "duration")
      #expect(client.closed == .roomEnded)
    }
    #expect(await server.service.statistics().rooms.isEmpty)
  }

  @Test func anInvitationGivesNameRoleAndWayIn() async throws {
    let secret = "0123456789abcdef0123456789abcdef"
    let server = TestService { $0.accessTokenSecret = secret }
    let ada = try await server.join("tea", as: "Ada")
    try await ada.succeed(#""type":"updateRoom","password":"p","locked":true"#)
    let token = { (grants: String, rooms: String) in
      TestToken.signed(
        #"{"sub":"s","exp":1781000600,"name":"Dr. Bob","rooms":["\#(rooms)"],"grants":{\#(grants)}}"#, secret)
    }

    let bob = try await server.connect()
    let plain = token("", "tea")
    #expect(try await bob.fail(#""type":"join","room":"tea","name":"B","token":"\#(plain)""#) == .roomLocked)
    try await ada.succeed(#""type":"updateRoom","locked":false"#)
    let elsewhere = token("", "coffee")
    #expect(try await bob.fail(#""type":"join","room":"tea","name":"B","token":"\#(elsewhere)""#) == .tokenInvalid)
    let limited = token(#""role":"speaker","permissions":["publishAudio","moderate"]"#, "tea")
    try await bob.join("tea", as: "B", #""token":"\#(limited)""#)
    let mine = bob.snapshot?["participants"]?.elements.last
    #expect(mine?["name"]?.text == "Dr. Bob" && mine?["role"]?.text == "speaker")
    #expect(mine?["permissions"]?.elements.compactMap(\.text) == ["publishAudio"])
    #expect(try await bob.fail(#""type":"rename","name":"Ada II""#) == .forbidden)

    let off = TestService()
    let carol = try await off.connect()
    #expect(try await carol.fail(#""type":"join","room":"tea","name":"C","token":"\#(plain)""#) == .tokenInvalid)
  }

  @Test func turnCredentialsAreFreshAndEnd() async throws {
    let server = TestService {
      $0.iceServers = [ICEServer(urls: ["stun:s.example"]), ICEServer(urls: ["turn:t.example"])]
      $0.turnSecret = "north"
    }

    let ada = try await server.join("tea", as: "Ada")

    let servers = try #require(ada.snapshot?["iceServers"]?.elements)
    #expect(servers[0]["username"] == nil)
    let expiry = Int(1_781_000_000 + 12 * 3600)
    #expect(servers[1]["username"]?.text == "\(expiry):\(ada.participant)")
    #expect(servers[1]["credential"]?.text?.isEmpty == false)
  }
}
