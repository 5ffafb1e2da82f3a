import Signaling
import TestSupport
import Testing

/// What a crowd before the door costs those inside.
@Suite struct LobbyTests {
  private static func waitingChanged(_ client: TestClient) -> [Int?] {
    client.events("waitingChanged").map { $0["waiting"]?.elements.count }
  }

  @Test func aCrowdIsAnnouncedOnceASecondAndNobodyIsForgotten() async throws {
    let server = TestService { $0.limits.sessionsPerRoom = 500 }
    let ada = try await server.join("tea", as: "Ada")
    try await ada.succeed(#""type":"updateRoom","lobby":true"#)

    for number in 0..<100 { _ = try await server.join("tea", as: "Guest \(number)") }
    #expect(Self.waitingChanged(ada) == [1])
    await server.pass(.seconds(1))
    #expect(Self.waitingChanged(ada) == [1, 100])
    await server.pass(.seconds(5))
    #expect(Self.waitingChanged(ada) == [1, 100])

    // Who comes after a quiet while is announced at once, and what the host does is shown at once.
    let late = try await server.join("tea", as: "Late")
    #expect(Self.waitingChanged(ada) == [1, 100, 101])
    try await ada.succeed(#""type":"deny","participants":["\#(late.participant)"]"#)
    #expect(Self.waitingChanged(ada) == [1, 100, 101, 100])
  }

  @Test func whoWasDeniedDoesNotAskAgainAtOnce() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada", cookie: "a")
    try await ada.succeed(#""type":"updateRoom","lobby":true"#)
    let bob = try await server.join("tea", as: "Bob", cookie: "b")
    try await ada.succeed(#""type":"deny","participants":["\#(bob.participant)"]"#)
    let before = Self.waitingChanged(ada).count

    let again = try await server.connect(cookie: "b")
    let answer = try await again.request(#""type":"join","room":"tea","name":"Robert""#)
    #expect(answer["error"]?["code"]?.text == "denied" && answer["error"]?["retryAfter"]?.integer == 60)
    #expect(Self.waitingChanged(ada).count == before)
    // Somebody else at the same address may wait.
    #expect(try await server.join("tea", as: "Carol", cookie: "c").received.last?["data"]?["state"]?.text == "waiting")

    await server.pass(.seconds(60))
    #expect(try await server.connect(cookie: "b").join("tea", as: "Bob")["state"]?.text == "waiting")
  }

  @Test func whoWasDeniedMayComeWhenTheDoorIsOpen() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada")
    try await ada.succeed(#""type":"updateRoom","lobby":true"#)
    let bob = try await server.join("tea", as: "Bob")
    try await ada.succeed(#""type":"deny","everyone":true"#)
    #expect(bob.closed == .denied)
    try await ada.succeed(#""type":"updateRoom","lobby":false"#)

    #expect(try await server.connect().join("tea", as: "Bob")["state"]?.text == "joined")
  }

  @Test func oneAddressDoesNotFillTheLobby() async throws {
    let server = TestService { $0.limits.waitingPerAddress = 3 }
    let ada = try await server.join("tea", as: "Ada")
    try await ada.succeed(#""type":"updateRoom","lobby":true"#)
    for number in 0..<3 { _ = try await server.join("tea", as: "Guest \(number)") }

    #expect(try await server.connect().fail(#""type":"join","room":"tea","name":"Fourth""#) == .roomFull)
    let far = ClientAddress(ipv4: 0xC000_0201)
    let answer = try await server.connect(from: far).join("tea", as: "Far")
    #expect(answer["state"]?.text == "waiting")
  }

  @Test func whoeverWaitsIsToldWhyNow() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada")
    let watcher = try await server.join("tea", as: "Walter")
    try await ada.succeed(#""type":"setRole","participant":"\#(watcher.participant)","role":"audience""#)
    try await ada.succeed(#""type":"updateRoom","lobby":true"#)
    try await ada.succeed(#""type":"leave""#)
    let bob = try await server.join("tea", as: "Bob")
    #expect(bob.received.last?["data"]?["reason"]?.text == "host")
    _ = try await server.join("tea", as: "Ada", #""hostKey":"\#(ada.hostKey)""#)

    let again = try await server.connect().resume(bob.resumeToken)

    #expect(again["state"]?.text == "waiting" && again["reason"]?.text == "lobby")
  }
}
