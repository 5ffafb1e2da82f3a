import Signaling
import TestSupport
import Testing

/// A modified client tries all it may not do; what the others are sent, and the room they see, prove that nothing changed.
@Suite struct HostileClientTests {
  /// A room with a host, a guest and a hostile member, and another room with a stranger.
  private struct Scene {
    let server: TestService
    let host: TestClient
    let guest: TestClient
    let hostile: TestClient
    let stranger: TestClient
    let hostsMessage: String
    let privateMessage: String

    init(role: Role) async throws {
      server = TestService {
        $0.limits.requests = Rate(perSecond: 1000, burst: 10_000)
        $0.limits.moderation = $0.limits.requests
        $0.limits.chat = $0.limits.requests
      }
      host = try await server.join("tea", as: "Hilda")
      guest = try await server.join("tea", as: "Gwen")
      hostile = try await server.join("tea", as: "Mordred")
      stranger = try await server.join("coffee", as: "Sven")
      hostsMessage = try await host.succeed(#""type":"sendChat","text":"mine""#)["message"]?.text ?? ""
      let secret = #""type":"sendChat","text":"secret","to":"\#(guest.participant)""#
      privateMessage = try await host.succeed(secret)["message"]?.text ?? ""
      let id = hostile.participant
      try await host.succeed(#""type":"setRole","participant":"\#(id)","role":"\#(role.rawValue)""#)
    }

    /// What everybody but the hostile one has been sent.
    var heard: [[JSON]] { [host, guest, stranger].map(\.events) }

    /// The room as somebody new would be given it.
    func view() async throws -> JSON? {
      let again = try await server.connect()
      let result = try await again.resume(guest.resumeToken, fresh: true)
      return .object(result.members.filter { ["room", "participants", "chat", "waiting"].contains($0.key) })
    }
  }

  @Test(arguments: [Role.participant, .speaker, .audience, .observer])
  func noActOfAModeratorHasAnEffect(role: Role) async throws {
    let scene = try await Scene(role: role)
    let before = scene.heard

    for target in [scene.host, scene.guest, scene.hostile, scene.stranger].map(\.participant) + ["p_nobody"] {
      for act in Self.moderatorActs(on: target) {
        #expect(try await scene.hostile.fail(act) == .forbidden, "\(act)")
      }
    }

    #expect(scene.heard == before)
    #expect(scene.hostile.closed == nil)
    let roles = try await scene.view()?["participants"]?.elements.map { $0["role"]?.text }
    #expect(roles == ["host", "participant", role.rawValue])
  }

  @Test func aCohostDoesNothingToAHostAndMakesNoHost() async throws {
    let scene = try await Scene(role: .cohost)
    let (host, me, guest) = (scene.host.participant, scene.hostile.participant, scene.guest.participant)
    let before = scene.heard
    let acts =
      ModerationRequest.Action.allCases.flatMap { action in
        [#"["\#(host)"]"#, #"["\#(guest)","\#(host)"]"#].map {
          #""type":"moderate","action":"\#(action.rawValue)","participants":\#($0)"#
        }
      } + [
        #""type":"setRole","participant":"\#(me)","role":"host""#,
        #""type":"setRole","participant":"\#(guest)","role":"host""#,
        #""type":"setRole","participant":"\#(guest)","role":"cohost""#,
        #""type":"setRole","participant":"\#(guest)","role":"machine""#,
        #""type":"setRole","participant":"\#(host)","role":"participant""#,
        #""type":"setPermission","participant":"\#(host)","permission":"chat","allowed":false"#,
        #""type":"setPermission","participant":"\#(guest)","permission":"moderate","allowed":true"#,
        #""type":"updateRoom","mode":"mesh""#, #""type":"updateRoom","locked":true,"mode":"auto""#,
        #""type":"transferHost","participant":"\#(me)""#, #""type":"endRoom""#,
        #""type":"moderate","action":"remove","participants":["\#(me)"]"#,
      ]

    for act in acts { #expect(try await scene.hostile.fail(act) == .forbidden, "\(act)") }

    #expect(scene.heard == before)
    // What a co-host may do spares the hosts.
    try await scene.hostile.succeed(#""type":"moderate","action":"remove","everyone":true"#)
    #expect(scene.guest.closed == .removed && scene.host.closed == nil)
  }

  @Test func anotherHostDoesNotRemoveTheOwner() async throws {
    let scene = try await Scene(role: .host)
    let (owner, me) = (scene.host.participant, scene.hostile.participant)
    for action in ["remove", "ban"] {
      let act = #""type":"moderate","action":"\#(action)","participants":["\#(owner)"]"#
      #expect(try await scene.hostile.fail(act) == .forbidden)
    }
    let demotion = #""type":"setRole","participant":"\#(owner)","role":"audience""#
    #expect(try await scene.hostile.fail(demotion) == .forbidden)
    #expect(try await scene.hostile.fail(#""type":"transferHost","participant":"\#(me)""#) == .forbidden)
    let revocation = #""type":"setPermission","participant":"\#(owner)","permission":"moderate","allowed":false"#
    #expect(try await scene.hostile.fail(revocation) == .forbidden)
    #expect(scene.host.closed == nil)
  }

  @Test func nobodyReachesIntoAnotherRoomOrAnothersWords() async throws {
    let scene = try await Scene(role: .participant)
    let stranger = scene.stranger.participant
    let before = scene.heard
    let view = try await scene.view()
    let attempts: [(String, SignalingError.Code)] = [
      (#""type":"signal","to":"\#(stranger)","connection":"c","candidate":null"#, .notFound),
      (#""type":"signal","to":"\#(scene.hostile.participant)","connection":"c","candidate":null"#, .notFound),
      (#""type":"sendChat","text":"psst","to":"\#(stranger)""#, .notFound),
      (#""type":"sendChat","text":"me","to":"\#(scene.hostile.participant)""#, .notFound),
      (#""type":"editChat","message":"\#(scene.hostsMessage)","text":"forged""#, .forbidden),
      (#""type":"deleteChat","message":"\#(scene.hostsMessage)""#, .forbidden),
      // A private message of others is as if it were not there.
      (#""type":"editChat","message":"\#(scene.privateMessage)","text":"forged""#, .notFound),
      (#""type":"deleteChat","message":"\#(scene.privateMessage)""#, .notFound),
      (#""type":"reactToChat","message":"\#(scene.privateMessage)","emoji":"👍","on":true"#, .notFound),
      (#""type":"sendChat","text":"re","replyTo":"\#(scene.privateMessage)""#, .notFound),
      (#""type":"join","room":"coffee","name":"Mordred""#, .notReady), (#""type":"hello","versions":[1]"#, .notReady),
      (#""type":"resume","token":"\#(scene.host.resumeToken)""#, .notReady),
    ]

    for (attempt, code) in attempts { #expect(try await scene.hostile.fail(attempt) == code, "\(attempt)") }

    #expect(scene.heard == before)
    #expect(scene.hostile.events("chatMessage").count == 1)
    #expect(try await scene.view() == view)
  }

  @Test func whoeverWaitsReachesNobody() async throws {
    let scene = try await Scene(role: .participant)
    try await scene.host.succeed(#""type":"updateRoom","lobby":true"#)
    let waiting = try await scene.server.join("tea", as: "Wilma")
    let before = scene.heard

    for kind in ClientMessage.Kind.allCases where ![.leave, .ping].contains(kind) {
      let act = RequestLiterals.members(kind, target: scene.host.participant, message: scene.hostsMessage)
      #expect(try await waiting.fail(act) == .notReady, "\(act)")
    }
    try await scene.host.succeed(#""type":"sendChat","text":"inside""#)

    #expect(waiting.events.isEmpty)
    #expect(scene.heard[1].count == before[1].count + 1)
  }

  @Test func beforeHelloAndBeforeJoiningNothingCanBeDone() async throws {
    let server = TestService()
    let fresh = try TestClient(server.service)
    for kind in ClientMessage.Kind.allCases where ![.hello, .ping].contains(kind) {
      #expect(try await fresh.fail(RequestLiterals.members(kind)) == .notReady)
    }
    #expect(try await fresh.fail(#""type":"hello","versions":[2,3]"#) == .unsupportedVersion)
    try await fresh.succeed(#""type":"hello","versions":[9,1]"#)
    for kind in ClientMessage.Kind.allCases where ![.join, .resume, .ping].contains(kind) {
      let code: SignalingError.Code = kind == .startEcho ? .mediaUnavailable : .notReady
      #expect(try await fresh.fail(RequestLiterals.members(kind)) == code)
    }
    #expect(await server.service.statistics().rooms.isEmpty)
  }

  private static func moderatorActs(on target: String) -> [String] {
    let update = #""type":"updateRoom","#
    return ModerationRequest.Action.allCases.flatMap { action in
      [#""participants":["\#(target)"]"#, #""everyone":true"#].map {
        #""type":"moderate","action":"\#(action.rawValue)","# + $0
      }
    }
      + Permission.allCases.map {
        #""type":"setPermission","participant":"\#(target)","permission":"\#($0.name)","allowed":true"#
      }
      + Role.allCases.map {
        #""type":"setRole","participant":"\#(target)","role":"\#($0.rawValue)""#
      } + [
        update + #""locked":true"#, update + #""password":"mine""#, update + #""lobby":true"#,
        update + #""mode":"mesh""#,
        update + #""rules":{"chat":false}"#, update + #""endsAfter":60"#, update + #""maxParticipants":2"#,
        update + #""waitForHost":true"#, update + #""lobbyMessage":"mine""#, #""type":"admit","everyone":true"#,
        #""type":"admit","participants":["\#(target)"]"#, #""type":"deny","everyone":true"#,
        #""type":"messageWaiting","text":"hi""#, #""type":"transferHost","participant":"\#(target)""#,
        #""type":"endRoom""#,
        #""type":"getAudit""#,
      ]
  }
}
