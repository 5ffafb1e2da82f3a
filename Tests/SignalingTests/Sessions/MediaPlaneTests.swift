import Signaling
import TestSupport
import Testing

/// Rooms above the mesh: what they ask of the media plane, in which order.
@Suite struct MediaPlaneTests {
  @Test func theThirdPersonMovesTheRoomToTheMediaPlaneWithoutAnybodyLeaving() async throws {
    let plane = FakeMediaPlane()
    let server = TestService(mediaPlane: plane)
    let ada = try await server.join("tea", as: "Ada", #""devices":{"audio":true}"#)
    let bob = try await server.join("tea", as: "Bob", #""devices":{"video":true}"#)
    #expect(ada.received.first?["data"]?["topologies"]?.elements.compactMap(\.text) == ["mesh", "routed"])
    let carol = try await server.join("tea", as: "Carol")

    #expect(ada.events.compactMap { $0["type"]?.text } == ["participantJoined", "roomChanged", "participantJoined"])
    #expect(bob.events("roomChanged").first?["changes"]?["topology"]?.text == "routed")
    #expect(carol.snapshot?["room"]?["topology"]?.text == "routed" && carol.events.isEmpty)
    let (a, b, c) = (Self.id(ada), Self.id(bob), Self.id(carol))
    var expected: [MediaCommand] = [
      .open(.routed), .add(a, publishing: .audio), .add(b, publishing: .video), .add(c, publishing: []),
    ]
    #expect(await plane.commands(expected.count) == expected)
    #expect(bob.events("roomChanged").first?["changes"]?["former"]?.text == "mesh")
    try await bob.succeed(#""type":"signal","to":"\#(c.rawValue)","connection":"c","candidate":null"#)
    try await ada.succeed(#""type":"moved","to":"routed""#)
    #expect(carol.events("roomChanged").isEmpty)
    try await bob.succeed(#""type":"moved","to":"routed""#)
    #expect(carol.events("roomChanged").first?["changes"] == .object(["former": .null]))
    #expect(
      try await bob.fail(#""type":"signal","to":"\#(c.rawValue)","connection":"c","candidate":null"#) == .conflict)

    try await ada.succeed(#""type":"moderate","action":"mute","participants":["\#(a.rawValue)"]"#)
    try await carol.succeed(#""type":"setDevices","screen":true"#)
    try await carol.succeed(#""type":"leave""#)
    expected += [.allow(a, publishing: []), .allow(c, publishing: .screen), .remove(c)]
    #expect(await plane.commands(expected.count) == expected)

    await server.pass(.seconds(29))
    #expect(ada.events("roomChanged").count == 2)
    await server.pass(.seconds(1))
    let back = ada.events("roomChanged").last?["changes"]
    #expect(back == .object(["topology": .string("mesh"), "former": .string("routed")]))
    for client in [ada, bob] { try await client.succeed(#""type":"moved","to":"mesh""#) }
    #expect(ada.events("roomChanged").last?["changes"] == .object(["former": .null]))
    #expect(await plane.commands(expected.count + 1).last == .close)
  }

  @Test func whatTheMediaPlaneLosesIsAskedForAnew() async throws {
    let plane = FakeMediaPlane()
    let server = TestService(mediaPlane: plane) { $0.meshLimit = 4 }
    let ada = try await server.join("tea", as: "Ada")
    try await ada.succeed(#""type":"updateRoom","mode":"routed""#)
    #expect(try await ada.fail(#""type":"updateRoom","mode":"broadcast""#) == .mediaUnavailable)
    let id = Self.id(ada)
    #expect(await plane.commands(2) == [.open(.routed), .add(id, publishing: [])])
    let running = Task { try await server.service.run() }
    defer { running.cancel() }

    await server.pass(.seconds(2))
    plane.report(.failed)
    #expect(await plane.commands(5).suffix(3) == [.close, .open(.routed), .add(id, publishing: [])])
    await server.pass(.seconds(2))
    plane.report(.lost(id))
    #expect(await plane.commands(7).suffix(2) == [.remove(id), .add(id, publishing: [])])
    #expect(ada.events("mediaLost").count == 2)
  }

  @Test func slowMediaHoldsUpNoMessageAndKeepsItsOrder() async throws {
    let plane = FakeMediaPlane(isSlow: true)
    let server = TestService(mediaPlane: plane)
    let ada = try await server.join("tea", as: "Ada")
    try await ada.succeed(#""type":"updateRoom","mode":"routed""#)

    for index in 0..<20 { try await ada.succeed(#""type":"setDevices","audio":\#(index % 2 == 0)"#) }
    #expect(await plane.commands(0).isEmpty)
    plane.release()

    let commands = await plane.commands(22)
    let wanted = (0..<20).map { MediaCommand.allow(Self.id(ada), publishing: $0 % 2 == 0 ? .audio : []) }
    #expect(Array(commands.suffix(20)) == wanted)
  }

  @Test func aLargeRoomTakesOneMessageToAll() async throws {
    let server = TestService(mediaPlane: FakeMediaPlane())
    let ada = try await server.join("tea", as: "Ada")
    try await ada.succeed(#""type":"updateRoom","maxParticipants":1000"#)
    var guests: [TestClient] = []
    for number in 0..<40 { guests.append(try await server.join("tea", as: "Guest \(number)")) }

    try await ada.succeed(#""type":"sendChat","text":"Hello, all""#)

    #expect(guests.allSatisfy { $0.events("chatMessage").count == 1 })
    #expect(await server.service.statistics().participants == 41)
    #expect(await server.service.statistics().rooms == [.routed: 1])
  }

  private static func id(_ client: TestClient) -> ParticipantID { ParticipantID(rawValue: client.participant) }
}
