import FoundationEssentials
import Signaling
import TestSupport
import Testing

/// What a resume token does not open: ended rooms, places that were given up, and other sessions.
@Suite struct ReturnTests {
  @Test func aTokenOfAnEndedRoomMakesNoRoom() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada", cookie: "a")
    let bob = try await server.join("tea", as: "Bob", cookie: "b")
    try await ada.succeed(#""type":"moderate","action":"ban","participants":["\#(bob.participant)"]"#)
    await server.pass(.seconds(1))
    let other = try await server.join("coffee", as: "Carol")
    let third = try await server.join("milk", as: "Dan")
    try await third.succeed(#""type":"updateRoom","endsAfter":60"#)

    try await ada.succeed(#""type":"endRoom""#)
    try await other.succeed(#""type":"leave""#)
    await server.pass(.seconds(60))

    for token in [ada, bob, other, third].map(\.resumeToken) {
      #expect(try await server.connect().fail(#""type":"resume","token":"\#(token)""#) == .tokenExpired)
    }
    #expect(await server.service.statistics().rooms.isEmpty)
    // And the name is free again.
    let eve = try await server.join("tea", as: "Eve")
    #expect(!eve.hostKey.isEmpty)
  }

  @Test func afterTheGraceOfARestartATokenMakesNoRoomAndNeverMoreThanThereMayBe() async throws {
    let clock = TestClock()
    let first = TestService(clock: clock)
    var tokens: [String] = []
    for name in ["tea", "coffee", "milk"] { tokens.append(try await first.join(name, as: "Ada").resumeToken) }
    clock.move(by: .seconds(1))
    let second = TestService(clock: clock) { $0.limits.rooms = 2 }

    for token in tokens.prefix(2) { try await second.connect().resume(token) }
    #expect(try await second.connect().fail(#""type":"resume","token":"\#(tokens[2])""#) == .tooManyRooms)

    let third = TestService(clock: clock)
    await third.pass(.seconds(121))
    #expect(try await third.connect().fail(#""type":"resume","token":"\#(tokens[0])""#) == .tokenExpired)
    #expect(await third.service.statistics().rooms.isEmpty)
  }

  @Test func whatWasKeptKnowsBetterThanAToken() async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "parley-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: directory) }
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let clock = TestClock()
    let first = TestService(clock: clock, dataDirectory: directory.path())
    let ended = try await first.join("coffee", as: "Carol")
    _ = try await first.join("tea", as: "Ada")
    await first.service.advance()
    try await ended.succeed(#""type":"endRoom""#)
    await first.service.stop(reconnectAfter: .seconds(1))
    clock.move(by: .seconds(1))

    let second = TestService(clock: clock, dataDirectory: directory.path())

    #expect(try await second.connect().fail(#""type":"resume","token":"\#(ended.resumeToken)""#) == .tokenExpired)
    #expect(await second.service.statistics().rooms.isEmpty)
  }

  @Test func aLateBeaconEndsNoNewSession() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada")
    let bob = try await server.join("tea", as: "Bob")
    let old = bob.resumeToken
    await bob.session.disconnected()
    await server.pass(.seconds(1))
    let again = try await server.connect()
    try await again.resume(old, fresh: true)

    await server.service.leave(resumeToken: old)
    await server.pass(.seconds(10))
    #expect(again.closed == nil && ada.events("participantLeft").isEmpty)

    // The new page's own beacon counts, unless the page goes on talking.
    await server.service.leave(resumeToken: again.resumeToken)
    await server.pass(.seconds(2))
    try await again.succeed(#""type":"ping""#)
    await server.pass(.seconds(10))
    #expect(again.closed == nil && ada.events("participantLeft").isEmpty)
    await server.service.leave(resumeToken: again.resumeToken)
    await server.pass(.seconds(3))
    #expect(again.closed == .left && ada.events("participantLeft").count == 1)
  }

  @Test(arguments: [true, false])
  func whoLeavesAfterARestartHasLeft(isKept: Bool) async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "parley-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: directory) }
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let clock = TestClock()
    let path = isKept ? directory.path() : nil
    let first = TestService(clock: clock, dataDirectory: path)
    let ada = try await first.join("tea", as: "Ada")
    let bob = try await first.join("tea", as: "Bob")
    await first.service.stop(reconnectAfter: .seconds(1))
    clock.move(by: .seconds(1))
    let second = TestService(clock: clock, dataDirectory: path)
    try await second.connect().resume(ada.resumeToken)
    let bobAgain = try await second.connect()
    try await bobAgain.resume(bob.resumeToken)

    try await bobAgain.succeed(#""type":"leave""#)

    for token in [bob, bobAgain].map(\.resumeToken) {
      #expect(try await second.connect().fail(#""type":"resume","token":"\#(token)""#) == .tokenExpired)
    }
  }

  @Test func aRestartMakesNoMeshLargerThanItMayBe() async throws {
    let clock = TestClock()
    let first = TestService(clock: clock)
    var clients: [TestClient] = []
    for number in 0..<4 { clients.append(try await first.join("tea", as: "Guest \(number)")) }
    clock.move(by: .seconds(1))
    let second = TestService(clock: clock)
    try await second.connect().resume(clients[0].resumeToken)
    _ = try await second.join("tea", as: "Newcomer")
    for client in clients[1..<3] { try await second.connect().resume(client.resumeToken) }

    #expect(try await second.connect().fail(#""type":"resume","token":"\#(clients[3].resumeToken)""#) == .roomFull)
    #expect(await second.service.statistics().participants == 4)
  }

  @Test func aRoomThatFlapsLeavesNoHeapOfDeadlines() async throws {
    let server = TestService()
    _ = try await server.join("tea", as: "Ada")
    var bob = try await server.join("tea", as: "Bob")

    for _ in 0..<300 {
      await bob.session.disconnected()
      await server.pass(.seconds(6))
      let again = try await server.connect()
      try await again.resume(bob.resumeToken, seq: 0)
      bob = again
    }

    #expect(server.service.deadlines.count < 50)
    await bob.session.disconnected()
    await server.pass(.seconds(30))
    #expect(await server.service.statistics().participants == 1)
  }
}
