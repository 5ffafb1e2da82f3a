import NIOCore
import Signaling
import TestSupport
import Testing

/// A routed room as browsers and the media plane see it.
@Suite struct RoutedSessionTests {
  @Test func anAnswerGoesToTheSessionThatAskedAndNotToTheNextOne() async throws {
    let scene = try await RoutedScene()
    await scene.ada.send(raw: #"{"id":50,"type":"publish","offer":"v=0 1"}"#)
    #expect(await scene.plane.commands(3).last == .offer(scene.me, "v=0 1", sources: [:]))
    let again = try await scene.server.connect()
    try await again.resume(scene.ada.resumeToken, seq: scene.ada.lastSeq)

    await again.send(raw: #"{"id":50,"type":"publish","offer":"v=0 2"}"#)
    scene.plane.report(.answer(scene.me, "v=0 a1"))
    scene.plane.report(.answer(scene.me, "v=0 a2"))

    #expect(try await again.answer(50)["data"]?["answer"]?.text == "v=0 a2")
    #expect(again.received.count { $0["id"]?.integer == 50 } == 1)
    #expect(!scene.ada.received.contains { $0["id"]?.integer == 50 }, "its socket is closed")
    #expect(scene.ada.closed == .superseded)
  }

  @Test func whoeverResumesIsSentTheOfferItMissed() async throws {
    let scene = try await RoutedScene()
    let lastSeen = scene.ada.lastSeq
    await scene.ada.session.disconnected()
    let slots = [MediaSlot(mid: "0", kind: .audio, track: MediaTrack(ParticipantID(rawValue: "p_x"), .microphone))]
    scene.plane.report(.offer(scene.me, "v=0 o", slots: slots))
    scene.plane.report(.slots(scene.me, []))
    try await scene.heard()

    let again = try await scene.server.connect()
    try await again.resume(scene.ada.resumeToken, seq: lastSeen)

    let subscription = again.events("subscription").first
    #expect(subscription?["offer"]?.text == "v=0 o")
    #expect(subscription?["slots"]?.elements.first?["participant"]?.text == "p_x")
    #expect(subscription?["slots"]?.elements.first?["source"]?.text == "microphone")
    #expect(again.events("slots").count == 1)
  }

  @Test func whoeverResumesHearsWhatOfItsLayersIsOfUse() async throws {
    let scene = try await RoutedScene()
    let lastSeen = scene.ada.lastSeq
    await scene.ada.session.disconnected()
    scene.plane.report(.demand(scene.me, .camera, layers: 3))
    scene.plane.report(.demand(scene.me, .screen, layers: 0))
    scene.plane.report(.demand(scene.me, .camera, layers: 1))
    try await scene.heard()

    let again = try await scene.server.connect()
    try await again.resume(scene.ada.resumeToken, seq: lastSeen)

    let demands = again.events("demand")
    #expect(demands.last { $0["source"]?.text == "camera" }?["layers"]?.integer == 1)
    #expect(demands.last { $0["source"]?.text == "screen" }?["layers"]?.integer == 0)
  }

  @Test func theRoomSaysWhoLeadsAndHowEverybodysMediaDoes() async throws {
    let scene = try await RoutedScene()
    scene.plane.report(.dominantSpeaker(scene.me))
    scene.plane.report(.quality(scene.me, MediaQuality(publishing: MediaQuality.Rating(.poor, .loss))))
    try await scene.heard()

    #expect(scene.ada.events("roomChanged").last?["changes"]?["dominantSpeaker"]?.text == scene.me.rawValue)
    let told = scene.ada.events("qualityChanged").last?["participants"]?.elements.first
    #expect(told?["id"]?.text == scene.me.rawValue)
    #expect(told?["quality"]?["publishing"]?["level"]?.text == "poor")
    #expect(told?["quality"]?["publishing"]?["reason"]?.text == "loss")
    #expect(told?["quality"]?["receiving"] == .null)
    let again = try await scene.server.connect()
    let snapshot = try await again.resume(scene.ada.resumeToken, fresh: true)
    #expect(snapshot["room"]?["dominantSpeaker"]?.text == scene.me.rawValue)
    #expect(snapshot["participants"]?.elements.first?["quality"] == told?["quality"])
    let statistics = await scene.server.service.statistics()
    let rated = RatedDirection(direction: .publishing, rating: MediaQuality.Rating(.poor, .loss))
    #expect(statistics.qualities == [rated: 1])
  }

  @Test func whoeverIsGivenAFreshSnapshotAsksForAnotherSubscription() async throws {
    let scene = try await RoutedScene()
    let again = try await scene.server.connect()
    let snapshot = try await again.resume(scene.ada.resumeToken, fresh: true)
    #expect(snapshot["room"]?["topology"]?.text == "routed" && snapshot["room"]?["former"] == .null)

    try await again.succeed(#""type":"restartSubscription","anew":true"#)

    #expect(await scene.plane.commands(3).last == .restart(scene.me, anew: true))
  }

  @Test func aReportSaysWhatGoesOn() async throws {
    let scene = try await RoutedScene()
    await scene.ada.send(raw: #"{"id":50,"type":"getMedia"}"#)
    #expect(await scene.plane.commands(3).last == .report(scene.me))
    scene.plane.report(.report(scene.me, Samples.report))

    let data = try await scene.ada.answer(50)["data"]
    #expect(data?["published"]?.elements.first?["layers"]?.elements.first?["width"]?.integer == 320)
    #expect(data?["published"]?.elements.first?["layers"]?.elements.last?["width"] == .null)
    #expect(data?["subscribed"]?.elements.first?["state"]?.text == "active")
    #expect(data?["subscribed"]?.elements.first?["spatialLayer"]?.integer == 2)
    #expect(data?["subscribed"]?.elements.last?["wantedSpatialLayer"]?.integer == 2)
    #expect(data?["subscribed"]?.elements.last?["limit"]?.text == "switching")
    #expect(data?["downlink"]?["wantedBitsPerSecond"]?.integer == 2_400_000)
    #expect(data?["downlink"]?["roundTripTime"]?.integer == 42)
  }

  @Test(arguments: [
    (#""type":"publish","offer":"o""#, 20, 5), (#""type":"restartSubscription""#, 20, 5),
    (#""type":"subscribe","tracks":[{"participant":"p","source":"camera"}]"#, 100, 20),
    (#""type":"unsubscribe","tracks":[{"participant":"p","source":"camera"}]"#, 100, 20), (#""type":"getMedia""#, 3, 1),
    (#""type":"reportLimitation","reason":"cpu""#, 20, 5),
  ])
  func everyKindHasItsBurstAndThenItsRate(members: String, burst: Int, perSecond: Int) async throws {
    let scene = try await RoutedScene()
    // Some are refused for waiting in vain for the media plane, which is another matter.
    func refusals() -> Int { scene.ada.received.count { $0["error"]?["message"]?.text?.contains("quickly") == true } }
    for number in 0..<burst { await scene.ada.send(raw: #"{"id":\#(100 + number),\#(members)}"#) }
    #expect(refusals() == 0)
    await scene.ada.send(raw: #"{"id":400,\#(members)}"#)
    #expect(refusals() == 1)

    await scene.server.pass(.seconds(1))
    for number in 0..<perSecond { await scene.ada.send(raw: #"{"id":\#(500 + number),\#(members)}"#) }
    #expect(refusals() == 1)
    await scene.ada.send(raw: #"{"id":600,\#(members)}"#)
    #expect(refusals() == 2)
  }

  @Test func aLargeOfferIsTakenAndEverythingElseOfThatSizeIsNot() async throws {
    let scene = try await RoutedScene()
    let bob = try await scene.server.join("tea", as: "Bob")
    let text = String(repeating: "x", count: 190_000)
    await scene.ada.send(raw: #"{"id":50,"type":"publish","offer":"\#(text)"}"#)
    #expect(await scene.plane.commands(4).last == .offer(scene.me, text, sources: [:]))

    await bob.send(raw: #"{"id":50,"type":"ping","x":"\#(text)"}"#)
    #expect(bob.closed == .messageTooLarge)
  }
}

/// Ada alone in a routed room, heard by a service that listens to its media plane.
private struct RoutedScene {
  let plane = FakeMediaPlane()
  let server: TestService
  let ada: TestClient
  var me: ParticipantID { ParticipantID(rawValue: ada.participant) }
  private let listening: Listening

  init() async throws {
    server = TestService(mediaPlane: plane)
    ada = try await server.join("tea", as: "Ada")
    try await ada.succeed(#""type":"updateRoom","mode":"routed""#)
    try await ada.succeed(#""type":"moved","to":"routed""#)
    _ = await plane.commands(2)
    listening = Listening(server.service)
  }

  /// Returns when all that the media plane has told was heard: a request made after it is answered.
  func heard() async throws {
    let bob = try await server.join("tea", as: "Witness")
    let id = ParticipantID(rawValue: bob.participant)
    plane.report(.slots(id, []))
    _ = try await bob.event("slots")
  }

  private final class Listening: Sendable {
    private let task: Task<Void, any Error>

    init(_ service: SignalingService) {
      task = Task { try await service.run() }
    }

    deinit { task.cancel() }
  }
}
