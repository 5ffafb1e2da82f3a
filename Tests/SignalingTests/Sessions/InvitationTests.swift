import Signaling
import TestSupport
import Testing

/// Access tokens: what they open, and what they bound.
@Suite struct InvitationTests {
  private static let secret = "0123456789abcdef0123456789abcdef"

  private static func token(_ role: String, _ permissions: String? = nil) -> String {
    let permissions = permissions.map { #","permissions":[\#($0)]"# } ?? ""
    let grants = #"{"role":"\#(role)"\#(permissions)}"#
    let token = TestToken.signed(#"{"sub":"s","exp":1781000600,"rooms":["tea"],"grants":\#(grants)}"#, secret)
    return #""token":"\#(token)""#
  }

  private static func service() -> TestService { TestService { $0.accessTokenSecret = secret } }

  @Test func noRoleGoesBeyondWhatTheInvitationGrants() async throws {
    let server = Self.service()
    let ada = try await server.join("tea", as: "Ada", Self.token("host"))
    let bob = try await server.join("tea", as: "Bob", Self.token("host", #""chat","moderate""#))
    let carol = try await server.join("tea", as: "Carol", Self.token("speaker", #""chat""#))
    let set = { (target: TestClient, role: String) in
      #""type":"setRole","participant":"\#(target.participant)","role":"\#(role)""#
    }

    // Neither oneself by a detour, nor somebody else.
    #expect(try await bob.fail(set(bob, "cohost")) == .forbidden)
    #expect(try await ada.fail(set(carol, "cohost")) == .forbidden)
    try await ada.succeed(set(bob, "speaker"))
    try await ada.succeed(set(carol, "participant"))

    let people = try await server.connect().resume(ada.resumeToken, fresh: true)["participants"]?.elements
    let permissions = people?.map { $0["permissions"]?.elements.compactMap(\.text) }
    #expect(permissions?[1] == ["chat"] && permissions?[2] == ["chat"])
  }

  @Test func aHostWithoutThePowerToModerateRunsNothing() async throws {
    let server = Self.service()
    let bob = try await server.join("tea", as: "Bob", Self.token("host", #""chat""#))
    let carol = try await server.join("tea", as: "Carol")

    let people = try #require(carol.snapshot?["participants"]?.elements)
    #expect(people.map { $0["owner"]?.bool } == [false, true])
    for act in [
      #""type":"endRoom""#, #""type":"updateRoom","mode":"mesh""#, #""type":"getAudit""#,
      #""type":"transferHost","participant":"\#(carol.participant)""#,
    ] { #expect(try await bob.fail(act) == .forbidden) }
    #expect(try await carol.fail(#""type":"transferHost","participant":"\#(bob.participant)""#) == .forbidden)
    #expect(carol.closed == nil)
  }

  @Test func anInvitedHostTakesTheRoomFromWhoeverWasMerelyFirst() async throws {
    let server = Self.service()
    let guest = try await server.join("tea", as: "Gwen")
    #expect(guest.hostKey.isEmpty)
    try await guest.succeed(#""type":"updateRoom","locked":true"#)

    let ada = try await server.join("tea", as: "Ada", Self.token("host"))

    let people = try #require(ada.snapshot?["participants"]?.elements)
    #expect(people.map { $0["role"]?.text } == ["participant", "host"])
    #expect(people.map { $0["owner"]?.bool } == [false, true])
    #expect(!ada.hostKey.isEmpty)
    let id = ada.participant
    #expect(try await guest.fail(#""type":"moderate","action":"ban","participants":["\#(id)"]"#) == .forbidden)
    try await ada.succeed(#""type":"moderate","action":"remove","participants":["\#(guest.participant)"]"#)
    // A second one is a host beside the first.
    let second = try await server.join("tea", as: "Second", Self.token("host"))
    #expect(second.snapshot?["participants"]?.elements.map { $0["owner"]?.bool } == [true, false])
  }

  @Test func anInvitedHostComesBeforeTheOneWhoStandsIn() {
    var room = TestRoom()
    let ada = room.join("Ada")
    let bob = room.join("Bob")
    room.handle(#""type":"leave""#, from: ada)
    #expect(room[bob]?.isOwner == true)

    let invited = room.join("Ines", role: .host)

    #expect(room.state.ownership == .owner(invited))
    #expect(room[bob]?.role == .participant && room[bob]?.isOwner == false)
  }
}
