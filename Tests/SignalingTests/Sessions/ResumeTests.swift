import FoundationEssentials
import Signaling
import TestSupport
import Testing

/// Coming back: after a lost socket, a reload, a restart of the server.
@Suite struct ResumeTests {
  @Test func othersAreToldAfterFiveSecondsAndThePlaceIsLostAfterThirty() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada")
    let bob = try await server.join("tea", as: "Bob")
    await bob.session.disconnected()

    await server.pass(.seconds(4))
    #expect(ada.events("participantChanged").isEmpty)
    await server.pass(.seconds(1))
    #expect(ada.events("participantChanged").map { $0["changes"]?["connection"]?.text } == ["reconnecting"])
    await server.pass(.seconds(24))
    #expect(ada.events("participantLeft").isEmpty)
    await server.pass(.seconds(1))
    #expect(ada.events("participantLeft").first?["reason"]?.text == "timedOut")

    let late = try await server.connect()
    #expect(try await late.fail(#""type":"resume","token":"\#(bob.resumeToken)","seq":0"#) == .tokenExpired)
  }

  @Test func aReturnWithinFiveSecondsIsSeenByNobody() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada")
    let bob = try await server.join("tea", as: "Bob")
    await bob.session.disconnected()
    await server.pass(.seconds(4))

    try await server.connect().resume(bob.resumeToken, seq: 0)
    await server.pass(.seconds(60))

    #expect(ada.events.map { $0["type"]?.text } == ["participantJoined"])
  }

  @Test func aSecondResumeTakesOverAndTheFirstIsClosed() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada")
    let bob = try await server.join("tea", as: "Bob")

    let second = try await server.connect()
    try await second.resume(bob.resumeToken, seq: 0)
    #expect(bob.closed == .superseded)
    // What the old socket still says, and its end, mean nothing.
    await bob.send(raw: #"{"id":99,"type":"sendChat","text":"ghost"}"#)
    await bob.session.disconnected()
    await server.pass(.seconds(60))

    #expect(ada.events("chatMessage").isEmpty && ada.events("participantLeft").isEmpty)
    #expect(second.closed == nil)
    try await second.succeed(#""type":"raiseHand","raised":true"#)
  }

  @Test func aLogThatDoesNotReachBackGivesASnapshotAndGoesOnCounting() async throws {
    let server = TestService {
      $0.limits.eventLogCount = 8
      $0.limits.requests = Rate(perSecond: 1000, burst: 1000)
      $0.limits.presence = Rate(perSecond: 1000, burst: 1000)
    }
    let ada = try await server.join("tea", as: "Ada")
    let bob = try await server.join("tea", as: "Bob")
    await bob.session.disconnected()
    for index in 0..<20 { try await ada.succeed(#""type":"raiseHand","raised":\#(index % 2 == 0)"#) }

    let again = try await server.connect()
    let result = try await again.resume(bob.resumeToken, seq: 2)

    #expect(result["state"]?.text == "joined")
    #expect(result["participants"]?.elements.count == 2)
    let seq = try #require(result["seq"]?.integer)
    #expect(seq == 20)
    try await ada.succeed(#""type":"raiseHand","raised":true"#)
    #expect(again.events.compactMap { $0["seq"]?.integer } == [seq + 1])
    // Exactly as far as the log reaches, it is sent again.
    for (back, state) in [(1, "resumed"), (0, "resumed"), (2, "joined"), (-1, "joined")] {
      let resumed = try await server.connect()
      #expect(try await resumed.resume(bob.resumeToken, seq: seq + 1 - back)["state"]?.text == state)
      #expect(resumed.events.count == (state == "resumed" ? back : 0))
    }
  }

  @Test func aPageThatReloadsIsGivenEverything() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada")
    let bob = try await server.join("tea", as: "Bob")
    await server.service.leave(resumeToken: bob.resumeToken)
    await bob.session.disconnected()
    await server.pass(.seconds(2))

    let again = try await server.connect()
    let result = try await again.resume(bob.resumeToken, seq: 0, fresh: true)
    await server.pass(.seconds(60))

    #expect(result["state"]?.text == "joined" && again.participant == bob.participant)
    #expect(ada.events("participantLeft").isEmpty)
  }

  @Test(arguments: [true, false])
  func aPageThatWentAwayIsGoneAfterThreeSeconds(beaconFirst: Bool) async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada")
    let bob = try await server.join("tea", as: "Bob")

    if !beaconFirst { await bob.session.disconnected() }
    await server.service.leave(resumeToken: bob.resumeToken)
    if beaconFirst { await bob.session.disconnected() }
    await server.service.leave(resumeToken: "nonsense")
    await server.pass(.seconds(2))
    #expect(ada.events("participantLeft").isEmpty)
    await server.pass(.seconds(1))

    #expect(ada.events("participantLeft").count == 1)
  }

  @Test func aPageWhoseBeaconIsLostIsGoneAfterThreeSecondsWhenItsSocketSaysSo() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada")
    let bob = try await server.join("tea", as: "Bob")
    let eve = try await server.join("tea", as: "Eve")

    await bob.session.disconnected(isPageGone: true)
    await eve.session.disconnected(isPageGone: false)
    await server.pass(.seconds(2))
    #expect(ada.events("participantLeft").isEmpty)
    await server.pass(.seconds(1))

    #expect(ada.events("participantLeft").count == 1)
  }

  @Test func aReloadedPageWhoseSocketSaidThatItGoesKeepsItsPlace() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada")
    let bob = try await server.join("tea", as: "Bob")

    await bob.session.disconnected(isPageGone: true)
    await server.pass(.seconds(2))
    let again = try await server.connect()
    _ = try await again.resume(bob.resumeToken, seq: 0, fresh: true)
    await server.pass(.seconds(60))

    #expect(ada.events("participantLeft").isEmpty)
  }

  @Test func forgedForeignAndOldTokensAreRefused() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada")
    let stranger = try await server.connect()
    let parts = ada.resumeToken.split(separator: ".")
    // The first character: the last one's lowest bits mean nothing in Base64, so another may say the same.
    let altered = (parts[1].hasPrefix("A") ? "B" : "A") + parts[1].dropFirst()
    let forged = [
      "", "a.b", "\(parts[0]).", "\(parts[0]).\(altered)", "\(parts[0].dropLast()).\(parts[1])",
      ada.resumeToken + ".x",
    ]

    for token in forged where !token.isEmpty {
      #expect(try await stranger.fail(#""type":"resume","token":"\#(token)""#) == .tokenInvalid)
    }
    await server.pass(.seconds(24 * 3600))
    let later = try await server.connect()
    #expect(
      try await later.fail(#""type":"resume","token":"\#(ada.received[1]["data"]?["resumeToken"]?.text ?? "")""#)
        == .tokenExpired)
    // The one who stayed was given new ones in time.
    #expect(ada.events("resumeToken").count >= 1)
    try await later.resume(ada.resumeToken)
  }

  @Test func afterARestartEverybodyIsWhoTheyWereAndTheRoomIsAsItWas() async throws {
    try await withDirectory { directory in
      let clock = TestClock()
      let first = TestService(clock: clock, dataDirectory: directory)
      let ada = try await first.join("tea", as: "Ada")
      let bob = try await first.join("tea", as: "Bob")
      let carol = try await first.join("tea", as: "Carol")
      let gone = try await first.join("tea", as: "Gone")
      try await ada.succeed(#""type":"updateRoom","locked":true,"password":"p","rules":{"draw":false}"#)
      try await ada.succeed(#""type":"setRole","participant":"\#(bob.participant)","role":"cohost""#)
      let promoted = bob.resumeToken
      try await ada.succeed(#""type":"setRole","participant":"\#(bob.participant)","role":"speaker""#)
      try await ada.succeed(#""type":"moderate","action":"remove","participants":["\#(carol.participant)"]"#)
      try await gone.succeed(#""type":"leave""#)
      await first.service.stop(reconnectAfter: .seconds(1))
      #expect(ada.events("serverStopping").count == 1 && ada.closed == .serverStopping)

      let second = TestService(clock: clock, dataDirectory: directory)
      let stranger = try await second.connect()
      #expect(try await stranger.fail(#""type":"join","room":"tea","name":"Eve""#) == .roomLocked)
      #expect(try await stranger.fail(#""type":"resume","token":"\#(carol.resumeToken)""#) == .tokenExpired)
      #expect(try await stranger.fail(#""type":"resume","token":"\#(gone.resumeToken)""#) == .tokenExpired)
      // An older token gives back no role that was taken.
      let bobAgain = try await second.connect()
      let result = try await bobAgain.resume(promoted, seq: 5)
      #expect(result["state"]?.text == "joined" && bobAgain.participant == bob.participant)
      #expect(result["participants"]?.elements.map { $0["role"]?.text } == ["speaker"])
      #expect(result["room"]?["locked"]?.bool == true && result["room"]?["hasPassword"]?.bool == true)
      #expect(result["room"]?["rules"]?["draw"]?.bool == false)
      let adaAgain = try await second.connect()
      try await adaAgain.resume(ada.resumeToken)
      #expect(adaAgain.participant == ada.participant)
      #expect(bobAgain.events("participantJoined").first?["participant"]?["owner"]?.bool == true)
      try await adaAgain.succeed(#""type":"updateRoom","locked":false"#)
      #expect(try await stranger.fail(#""type":"join","room":"tea","name":"Eve""#) == .passwordRequired)
    }
  }

  @Test func aRestartMakesNoStrangerHost() async throws {
    try await withDirectory { directory in
      let clock = TestClock()
      let first = TestService(clock: clock, dataDirectory: directory)
      let ada = try await first.join("tea", as: "Ada")
      await first.service.advance()

      // Without a word: the process was killed.
      let second = TestService(clock: clock, dataDirectory: directory)
      let eve = try await second.join("tea", as: "Eve")
      #expect(eve.snapshot?["participants"]?.elements.first?["role"]?.text == "participant")
      try await second.connect().resume(ada.resumeToken)
      await second.pass(.seconds(40))

      #expect(eve.events("participantChanged").allSatisfy { $0["changes"]?["role"] == nil })
      #expect(try await eve.fail(#""type":"endRoom""#) == .forbidden)
    }
  }

  @Test func whenTheOwnerStaysAwayAfterARestartSomebodyStandsIn() async throws {
    try await withDirectory { directory in
      let clock = TestClock()
      let first = TestService(clock: clock, dataDirectory: directory)
      let ada = try await first.join("tea", as: "Ada")
      let bob = try await first.join("tea", as: "Bob")
      await first.service.stop(reconnectAfter: .seconds(1))
      let second = TestService(clock: clock, dataDirectory: directory)
      let bobAgain = try await second.connect()
      try await bobAgain.resume(bob.resumeToken)

      await second.pass(.seconds(29))
      #expect(bobAgain.events("participantChanged").isEmpty)
      await second.pass(.seconds(2))
      #expect(bobAgain.events("participantChanged").first?["changes"]?["role"]?.text == "host")

      let adaAgain = try await second.connect()
      try await adaAgain.resume(ada.resumeToken)
      #expect(bobAgain.events("participantChanged").last?["changes"]?["role"]?.text == "participant")
      #expect(adaAgain.snapshot?["participants"]?.elements.filter { $0["owner"]?.bool == true }.count == 1)
    }
  }

  @Test func whatNobodyReturnsToIsForgotten() async throws {
    try await withDirectory { directory in
      let clock = TestClock()
      let first = TestService(clock: clock, dataDirectory: directory)
      let ada = try await first.join("tea", as: "Ada")
      try await ada.succeed(#""type":"updateRoom","locked":true"#)
      await first.service.stop(reconnectAfter: .seconds(1))
      #expect(try files(in: directory) == 1)

      let second = TestService(clock: clock, dataDirectory: directory)
      await second.pass(.seconds(121))

      #expect(try files(in: directory) == 0)
      let eve = try await second.join("tea", as: "Eve")
      #expect(!eve.hostKey.isEmpty)
      await second.service.advance()
      #expect(try files(in: directory) == 1)
      try await eve.succeed(#""type":"leave""#)
      await second.service.advance()
      #expect(try files(in: directory) == 0)
    }
  }

  @Test func withoutAFileTheTokensAloneMakeTheRoomAnew() async throws {
    let clock = TestClock()
    let first = TestService(clock: clock)
    let ada = try await first.join("tea", as: "Ada")
    let bob = try await first.join("tea", as: "Bob")
    clock.move(by: .seconds(1))

    let second = TestService(clock: clock)
    let bobAgain = try await second.connect()
    try await bobAgain.resume(bob.resumeToken)
    let adaAgain = try await second.connect()
    try await adaAgain.resume(ada.resumeToken)

    #expect(bobAgain.participant == bob.participant && adaAgain.participant == ada.participant)
    let people = try #require(adaAgain.snapshot?["participants"]?.elements)
    #expect(people.map { $0["role"]?.text } == ["participant", "host"])
    #expect(people.map { $0["owner"]?.bool } == [false, true])
    // The host key is still good.
    let third = try await second.join("tea", as: "Third", #""hostKey":"\#(ada.hostKey)""#)
    #expect(third.snapshot?["participants"]?.elements.last?["role"]?.text == "host")
  }

  private func withDirectory(_ body: (String) async throws -> Void) async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "parley-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    try await body(directory.path())
  }

  private func files(in directory: String) throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: directory + "/rooms").count
  }
}
