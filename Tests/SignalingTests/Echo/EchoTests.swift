import Signaling
import TestSupport
import Testing

/// The connection test as a browser and the media plane see it.
@Suite struct EchoTests {
  @Test func aBrowserPublishesAndIsOfferedItsOwnTracks() async throws {
    let scene = try await Scene()
    #expect(try await scene.ada.succeed(#""type":"startEcho""#)["maximumDuration"]?.integer == 60)
    let me = try await scene.participant()
    #expect(await scene.plane.commands(2) == [.open(.echo), .add(me, publishing: [.audio, .video])])

    await scene.ada.send(raw: #"{"id":50,"type":"publish","offer":"v=0\r\n"}"#)
    #expect(await scene.plane.commands(3).last == .offer(me, "v=0\r\n", sources: [:]))
    scene.plane.report(.answer(me, "v=0 \"a\""))
    #expect(try await scene.ada.answer(50)["data"]?["answer"]?.text == "v=0 \"a\"")

    let slots = [MediaSlot(mid: "0", kind: .audio), MediaSlot(mid: "1", kind: .video)]
    scene.plane.report(.offer(me, "v=0 o", slots: slots))
    let subscription = try await scene.ada.event("subscription")
    #expect(subscription["offer"]?.text == "v=0 o" && subscription["seq"]?.integer == 1)
    #expect(subscription["slots"]?.elements.map { $0["kind"]?.text } == ["audio", "video"])
    let number = try #require(subscription["number"]?.integer)
    #expect(try await scene.ada.fail(#""type":"answerSubscription","answer":"x","number":\#(number + 1)"#) == .conflict)
    await scene.ada.send(raw: #"{"id":51,"type":"answerSubscription","answer":"v=0 x","number":\#(number)}"#)
    #expect(await scene.plane.commands(4).last == .answer(me, "v=0 x"))
    scene.plane.report(.accepted(me))
    #expect(try await scene.ada.answer(51)["data"] == .object([:]))

    try await scene.ada.succeed(#""type":"restartSubscription""#)
    #expect(await scene.plane.commands(5).last == .restart(me, anew: false))
    try await scene.ada.succeed(#""type":"endEcho""#)
    #expect(await scene.plane.commands(6).last == .close)
    #expect(scene.ada.events("echoEnded").isEmpty)
    #expect(try await scene.ada.fail(#""type":"endEcho""#) == .notReady)
  }

  @Test func whatCannotBeUsedIsToldWithItsReason() async throws {
    let scene = try await Scene()
    try await scene.ada.succeed(#""type":"startEcho""#)
    let me = try await scene.participant()

    await scene.ada.send(raw: #"{"id":50,"type":"publish","offer":"nonsense"}"#)
    scene.plane.report(.refused(me, MediaRefusal(.offer, "Line 1 is not “v=0”.")))

    let error = try await scene.ada.answer(50)["error"]
    #expect(error?["code"]?.text == "invalidDescription" && error?["message"]?.text == "Line 1 is not “v=0”.")
  }

  @Test func endsAfterItsTimeAndAnotherMayFollow() async throws {
    let scene = try await Scene()
    try await scene.ada.succeed(#""type":"startEcho""#)
    #expect(try await scene.ada.fail(#""type":"startEcho""#) == .notReady)
    await scene.server.pass(.seconds(59))
    #expect(scene.ada.events("echoEnded").isEmpty && scene.ada.closed == nil)

    await scene.server.pass(.seconds(1))

    #expect(scene.ada.events("echoEnded").map { $0["reason"]?.text } == ["timeLimit"])
    #expect(await scene.plane.commands(3).last == .close)
    #expect(try await scene.ada.fail(#""type":"restartSubscription""#) == .notReady)
    await scene.server.pass(.seconds(30))
    try await scene.ada.succeed(#""type":"startEcho""#)
    await scene.server.pass(.seconds(119))
    #expect(scene.ada.closed == nil)
    await scene.server.pass(.seconds(1))
    #expect(scene.ada.closed == .handshakeTimeout)
  }

  @Test func lostMediaEndsItWithThatReason() async throws {
    let scene = try await Scene()
    try await scene.ada.succeed(#""type":"startEcho""#)
    _ = try await scene.participant()

    scene.plane.report(.failed)

    #expect(try await scene.ada.event("echoEnded")["reason"]?.text == "failed")
    #expect(await scene.plane.commands(3).last == .close)
  }

  @Test func joiningEndsItAndTheRoomCountsItsEventsAnew() async throws {
    let scene = try await Scene()
    try await scene.ada.succeed(#""type":"startEcho""#)
    let me = try await scene.participant()
    scene.plane.report(.offer(me, "v=0", slots: []))
    _ = try await scene.ada.event("subscription")

    try await scene.ada.join("tea", as: "Ada")

    #expect(await scene.plane.commands(3).last == .close)
    #expect(scene.ada.participant != me.rawValue)
    #expect(scene.ada.snapshot?["seq"]?.integer == 0)
    #expect(try await scene.ada.fail(#""type":"startEcho""#) == .notReady)
    await scene.server.pass(.seconds(61))
    #expect(scene.ada.events("echoEnded").isEmpty && scene.ada.closed == nil)
  }

  @Test func aLostSocketAndAStoppingServerEndIt() async throws {
    let scene = try await Scene()
    let bob = try await scene.server.connect()
    try await scene.ada.succeed(#""type":"startEcho""#)
    #expect(await scene.plane.commands(2).count == 2)
    await scene.ada.session.disconnected()
    #expect(await scene.plane.commands(3).last == .close)

    try await bob.succeed(#""type":"startEcho""#)
    #expect(await scene.server.service.statistics().echoes == 1)
    await scene.server.service.stop(reconnectAfter: .seconds(1))

    #expect(await scene.plane.commands(6).last == .close)
    #expect(await scene.server.service.statistics().echoes == 0)
    #expect(bob.closed == .serverStopping)
  }

  @Test func isLimitedForEachAddressAndInAll() async throws {
    let server = TestService(mediaPlane: FakeMediaPlane()) {
      $0.limits.echoesPerAddress = 2
      $0.limits.echoes = 3
    }
    var clients: [TestClient] = []
    for _ in 0..<3 { clients.append(try await server.connect(from: ClientAddress(ipv4: 1))) }
    for client in clients.prefix(2) { try await client.succeed(#""type":"startEcho""#) }
    #expect(try await clients[2].fail(#""type":"startEcho""#) == .tooManyEchoes)

    let other = try await server.connect(from: ClientAddress(ipv4: 2))
    try await other.succeed(#""type":"startEcho""#)
    let third = try await server.connect(from: ClientAddress(ipv4: 3))
    #expect(try await third.fail(#""type":"startEcho""#) == .tooManyEchoes)

    try await clients[0].succeed(#""type":"endEcho""#)
    try await clients[2].succeed(#""type":"startEcho""#)
  }

  @Test func beginningAgainAndAgainIsLimited() async throws {
    let scene = try await Scene()
    for _ in 0..<20 {
      try await scene.ada.succeed(#""type":"startEcho""#)
      try await scene.ada.succeed(#""type":"endEcho""#)
    }

    let answer = try await scene.ada.request(#""type":"startEcho""#)
    #expect(answer["error"]?["code"]?.text == "tooManyEchoes" && answer["error"]?["retryAfter"]?.integer == 3)
    await scene.server.pass(.seconds(3))
    try await scene.ada.succeed(#""type":"startEcho""#)
  }

  @Test(arguments: [nil, FakeMediaPlane(modes: [.routed])])
  func isRefusedWhereNoMediaPlaneDoesIt(plane: FakeMediaPlane?) async throws {
    let server = TestService(mediaPlane: plane)
    let ada = try await server.connect()

    #expect(try await ada.fail(#""type":"startEcho""#) == .mediaUnavailable)
    #expect(try await ada.fail(#""type":"publish","offer":"v=0""#) == .notReady)
  }
}

/// A browser that said hello to a server with a media plane.
private struct Scene {
  let plane = FakeMediaPlane()
  let server: TestService
  let ada: TestClient
  private let running: Running

  init() async throws {
    server = TestService(mediaPlane: plane)
    ada = try await server.connect()
    running = Running(server.service)
  }

  /// The participant the media plane was told of last.
  func participant() async throws -> ParticipantID {
    let added = await plane.commands(2).compactMap { if case .add(let id, _) = $0 { id } else { nil } }
    return try #require(added.last)
  }

  /// Listens to the media plane as long as the scene lives.
  private final class Running: Sendable {
    private let task: Task<Void, any Error>

    init(_ service: SignalingService) {
      task = Task { try await service.run() }
    }

    deinit { task.cancel() }
  }
}
