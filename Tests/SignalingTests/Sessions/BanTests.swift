import HTTPTypes
import Signaling
import TestSupport
import Testing

/// A ban is about a person: every tab of its browser, and whatever it knows.
@Suite struct BanTests {
  private static func ban(_ target: TestClient) -> String {
    #""type":"moderate","action":"ban","participants":["\#(target.participant)"]"#
  }

  @Test func aBanPutsOutEveryTabOfTheBrowser() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada", cookie: "a")
    let first = try await server.join("tea", as: "Bob", cookie: "b")
    let second = try await server.join("tea", as: "Bob II", cookie: "b")
    try await ada.succeed(#""type":"updateRoom","lobby":true"#)
    let third = try await server.join("tea", as: "Bob III", cookie: "b")
    let carol = try await server.join("tea", as: "Carol", cookie: "c")

    #expect(try await ada.succeed(Self.ban(first))["count"]?.integer == 2)

    for tab in [first, second] { #expect(tab.events("removed").first?["reason"]?.text == "banned") }
    #expect(first.closed == .removed && second.closed == .removed && third.closed == .denied)
    #expect(ada.events("participantLeft").compactMap { $0["reason"]?.text } == ["banned", "banned"])
    #expect(ada.events("waitingChanged").last?["waiting"]?.elements.compactMap { $0["name"]?.text } == ["Carol"])
    try await ada.succeed(#""type":"updateRoom","lobby":false"#)
    #expect(carol.events("admitted").count == 1 && third.events("admitted").isEmpty)
    for token in [first, second, third].map(\.resumeToken) {
      let again = try await server.connect(cookie: "b")
      #expect(try await [.banned, .tokenExpired].contains(again.fail(#""type":"resume","token":"\#(token)""#)))
    }
  }

  @Test func aBannedBrowserDoesNotTakeOverAnothersPlace() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada", cookie: "a")
    let bob = try await server.join("tea", as: "Bob", cookie: "b")
    let carol = try await server.join("tea", as: "Carol", cookie: "c")
    try await ada.succeed(Self.ban(bob))

    let thief = try await server.connect(cookie: "b")
    #expect(try await thief.fail(#""type":"resume","token":"\#(carol.resumeToken)""#) == .banned)

    #expect(carol.closed == nil)
    try await server.connect(cookie: "c").resume(carol.resumeToken)
  }

  @Test func aTabOfTheOwnerIsNotBannedForItWouldBanTheOwner() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada", cookie: "a")
    let tab = try await server.join("tea", as: "Ada's screen", cookie: "a")
    let bob = try await server.join("tea", as: "Bob", cookie: "b")
    try await ada.succeed(#""type":"setRole","participant":"\#(bob.participant)","role":"cohost""#)

    #expect(try await bob.fail(Self.ban(tab)) == .forbidden)
    try await bob.succeed(#""type":"moderate","action":"ban","everyone":true"#)
    #expect(ada.closed == nil && tab.closed == nil)
    // To put it out is another matter.
    try await bob.succeed(#""type":"moderate","action":"remove","participants":["\#(tab.participant)"]"#)
    #expect(ada.closed == nil && tab.closed == .removed)
  }

  @Test func theHostKeyIsNoWayPastABan() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada", cookie: "a")
    let oldKey = ada.hostKey
    let bob = try await server.join("tea", as: "Bob", cookie: "b", #""hostKey":"\#(oldKey)""#)
    #expect(bob.snapshot?["participants"]?.elements.last?["role"]?.text == "host")

    try await ada.succeed(#""type":"setRole","participant":"\#(bob.participant)","role":"participant""#)
    #expect(ada.events("hostKey").count == 1 && ada.hostKey != oldKey)
    #expect(bob.events("hostKey").isEmpty)
    try await ada.succeed(Self.ban(bob))

    for (cookie, key, code) in [
      ("b", oldKey, SignalingError.Code.tokenInvalid), ("b", ada.hostKey, .banned), ("x", oldKey, .tokenInvalid),
    ] {
      let again = try await server.connect(cookie: cookie)
      #expect(try await again.fail(#""type":"join","room":"tea","name":"Bob","hostKey":"\#(key)""#) == code)
    }
    // The owner's new key is as good as the old one was.
    let carol = try await server.join("tea", as: "Carol", cookie: "c", #""hostKey":"\#(ada.hostKey)""#)
    #expect(carol.snapshot?["participants"]?.elements.last?["role"]?.text == "host")
  }

  @Test func whoStoodInKeepsTheOwnerNeitherOutNorWithoutItsKey() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada", cookie: "a")
    let bob = try await server.join("tea", as: "Bob", cookie: "b")
    let carol = try await server.join("tea", as: "Carol", cookie: "c", #""hostKey":"\#(ada.hostKey)""#)
    try await ada.succeed(#""type":"leave""#)
    // Carol, host by the key, stands in.
    try await carol.succeed(#""type":"setRole","participant":"\#(bob.participant)","role":"host""#)
    let guest = try await server.join("tea", as: "Ada", cookie: "a")
    try await bob.succeed(Self.ban(guest))

    let again = try await server.connect(cookie: "a")
    #expect(try await again.fail(#""type":"join","room":"tea","name":"Ada""#) == .banned)
    try await again.join("tea", as: "Ada", #""hostKey":"\#(ada.hostKey)""#)

    let mine = again.snapshot?["participants"]?.elements.last
    #expect(mine?["role"]?.text == "host" && mine?["owner"]?.bool == true)
    #expect(bob.events("hostKey").isEmpty && carol.events("hostKey").isEmpty)
  }

  @Test func whoComesWithACookieMadeAfterTheBanWaitsForTheHost() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada")
    let bob = try await server.join("tea", as: "Bob", cookie: server.newCookie())
    let neighbours = server.newCookie()
    await server.pass(.seconds(2))
    try await ada.succeed(Self.ban(bob))
    await server.pass(.seconds(2))

    let renewed = try await server.join("tea", as: "Bobby", cookie: server.newCookie())
    #expect(renewed.received.last?["data"]?["state"]?.text == "waiting")
    #expect(ada.events("admitted").isEmpty && renewed.events("admitted").isEmpty)
    try await ada.succeed(#""type":"admit","participants":["\#(renewed.participant)"]"#)
    #expect(renewed.events("admitted").count == 1)
    _ = try await server.join("tea", as: "Carol", cookie: neighbours)
    _ = try await server.join("tea", as: "Dan", from: ClientAddress(ipv4: 0xC000_0299), cookie: server.newCookie())
  }
}

extension TestService {
  /// A cookie as the server makes them at this moment.
  fileprivate func newCookie() -> String {
    let origin = RequestOrigin(
      [:], authority: nil, connection: RequestOrigin.Connection(peer: nil, isSecure: false), proxies: .none)
    let cookies = BrowserCookies(keys: Self.keys)
    let header = cookies.make(for: origin, at: clock.now).prefix { $0 != ";" }
    return cookies.value(inCookies: [String(header)]) ?? ""
  }
}
