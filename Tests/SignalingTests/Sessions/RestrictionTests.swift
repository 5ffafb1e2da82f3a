import Signaling
import TestSupport
import Testing

/// What was taken from somebody stays taken, whatever they try.
@Suite struct RestrictionTests {
  private static func restrict(_ target: TestClient, _ role: Role = .observer) -> [String] {
    let id = target.participant
    return [
      #""type":"setPermission","participant":"\#(id)","permission":"publishVideo","allowed":false"#,
      #""type":"setRole","participant":"\#(id)","role":"\#(role.rawValue)""#,
    ]
  }

  private static func me(_ client: TestClient) -> JSON? {
    client.snapshot?["participants"]?.elements.last { $0["id"]?.text == client.participant }
  }

  @Test(arguments: [true, false])
  func leavingAndJoiningAgainGivesNothingBack(leaves: Bool) async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada", cookie: "a")
    let bob = try await server.join("tea", as: "Bob", cookie: "b")
    for act in Self.restrict(bob) { try await ada.succeed(act) }

    // Either he goes, or he opens another tab beside the first.
    if leaves { try await bob.succeed(#""type":"leave""#) }
    let again = try await server.join("tea", as: leaves ? "Bob" : "Robert", cookie: "b", #""devices":{"video":true}"#)

    #expect(Self.me(again)?["role"]?.text == "observer")
    #expect(Self.me(again)?["devices"]?["video"]?.bool == false)
    let id = again.participant
    try await ada.succeed(#""type":"setRole","participant":"\#(id)","role":"participant""#)
    #expect(try await again.fail(#""type":"setDevices","video":true"#) == .forbidden)
    try await again.succeed(#""type":"setDevices","audio":true"#)
    let carol = try await server.join("tea", as: "Carol", cookie: "c")
    #expect(Self.me(carol)?["role"]?.text == "participant")
    try await carol.succeed(#""type":"setDevices","video":true"#)
  }

  @Test func whatWasGivenBackIsNotTakenAgain() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada", cookie: "a")
    let bob = try await server.join("tea", as: "Bob", cookie: "b")
    for act in Self.restrict(bob) { try await ada.succeed(act) }
    try await bob.succeed(#""type":"leave""#)
    let second = try await server.join("tea", as: "Bob", cookie: "b")
    let id = second.participant
    try await ada.succeed(#""type":"setRole","participant":"\#(id)","role":"participant""#)
    try await ada.succeed(#""type":"setPermission","participant":"\#(id)","permission":"publishVideo","allowed":true"#)
    try await second.succeed(#""type":"leave""#)

    let third = try await server.join("tea", as: "Bob", cookie: "b", #""devices":{"video":true}"#)

    #expect(Self.me(third)?["role"]?.text == "participant" && Self.me(third)?["devices"]?["video"]?.bool == true)
  }

  @Test func theLobbyAndARestartGiveNothingBackEither() {
    var room = TestRoom()
    let ada = room.join("Ada")
    let profile = BrowserProfile(cookie: "bob", address: "b")
    let bob = room.join("Bob", profile: profile)
    room.handle(#""type":"setPermission","participant":"p_2","permission":"chat","allowed":false"#, from: ada)
    room.handle(#""type":"setRole","participant":"p_2","role":"audience""#, from: ada)
    room.handle(#""type":"leave""#, from: bob)
    room.handle(#""type":"updateRoom","lobby":true"#, from: ada)
    let token = room.state.statement(of: ada, at: room.now)
    room.restart()
    #expect(room.comeBack(token, profile: BrowserProfile(cookie: "ada", address: "a")) == nil)

    let again = room.join("Bob", profile: profile)
    room.handle(#""type":"admit","everyone":true"#, from: ada)

    #expect(room[again]?.role == .audience)
    #expect(room[again]?.permissions == [])
  }

  @Test func standingInForTheOwnerGivesNothingBackForGood() {
    var room = TestRoom()
    let ada = room.join("Ada")
    let bob = room.join("Bob")
    room.handle(#""type":"setPermission","participant":"p_2","permission":"publishVideo","allowed":false"#, from: ada)
    let key = room.takeEffects().compactMap { effect -> String? in
      if case .welcome(_, _, .result(let hostKey)) = effect { hostKey } else { nil }
    }
    room.handle(#""type":"leave""#, from: ada)
    #expect(room[bob]?.role == .host && room[bob]?.permissions == .all)

    room.join("Ada", hostKey: key.first)

    #expect(room[bob]?.role == .participant)
    #expect(room[bob]?.permissions.contains(.publishVideo) == false)
    #expect(room[bob]?.permissions.contains(.publishAudio) == true)
  }

  @Test func aHostMayDoEverythingWhateverWasTakenBefore() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada")
    let bob = try await server.join("tea", as: "Bob")
    let id = bob.participant
    try await ada.succeed(#""type":"setRole","participant":"\#(id)","role":"cohost""#)
    let take = { (permission: String, allowed: Bool) in
      #""type":"setPermission","participant":"\#(id)","permission":"\#(permission)","allowed":\#(allowed)"#
    }
    try await ada.succeed(take("moderate", false))
    #expect(try await bob.fail(#""type":"updateRoom","locked":true"#) == .forbidden)

    try await ada.succeed(#""type":"setRole","participant":"\#(id)","role":"host""#)
    try await bob.succeed(#""type":"updateRoom","locked":true"#)

    for permission in ["moderate", "chat"] { #expect(try await ada.fail(take(permission, false)) == .forbidden) }
    try await ada.succeed(take("moderate", true))
  }
}
