import SFU
import STUN
import Signaling
import Testing
import parley

/// The same words on either side of the seam, and a real media server behind it.
@Suite struct SFUMediaPlaneTests {
  private static let ada = ParticipantID(rawValue: "p_ada")
  private static let camera = MediaTrack(ParticipantID(rawValue: "p_bob"), .camera)
  private static let theirCamera = MediaServer.Track("p_bob", .camera)

  @Test(arguments: [
    (MediaCommand.open(.routed), MediaServer.Command.open(.routed)), (.open(.broadcast), .open(.broadcast)),
    (.open(.echo), .open(.echo)), (.add(ada, publishing: [.audio]), .add("p_ada", publishing: [.audio])),
    (.allow(ada, publishing: [.video]), .allow("p_ada", publishing: [.video])),
    (.allow(ada, publishing: [.screen]), .allow("p_ada", publishing: [.screen])),
    (.allow(ada, publishing: []), .allow("p_ada", publishing: [])),
    (
      .offer(ada, "o", sources: ["0": .microphone, "1": .camera, "2": .screen, "3": .screenAudio]),
      .offer(
        "p_ada", description: "o", sources: ["0": .microphone, "1": .camera, "2": .screen, "3": .screenAudio])
    ),
    (.answer(ada, "a"), .answer("p_ada", description: "a")), (.restart(ada, anew: true), .restart("p_ada", anew: true)),
    (.subscribe(ada, [camera: MediaWish()]), .subscribe("p_ada", [theirCamera: LayerWish()])),
    (.unsubscribe(ada, [camera]), .unsubscribe("p_ada", [theirCamera])), (.report(ada), .report("p_ada")),
    (
      .watch(ada, "o", of: MediaTrackSelection(video: camera)),
      .watch("p_ada", description: "o", of: MediaServer.Selection(video: theirCamera))
    ),
    (
      .select(ada, MediaTrackSelection(audio: camera)), .select("p_ada", MediaServer.Selection(audio: theirCamera))
    ),
    (.fragment(ada, "f", mayRestart: true), .fragment("p_ada", "f", mayRestart: true)),
    (.remove(ada), .remove("p_ada")), (.close, .close),
  ])
  func saysEveryCommandInTheServersWords(command: MediaCommand, expected: MediaServer.Command) {
    #expect(MediaServer.Command(command) == expected)
  }

  @Test func aWishKeepsItsBounds() {
    var wish = MediaWish()
    (wish.spatialLayer, wish.temporalLayer, wish.width, wish.height) = (1, 300, 640, 100_000)
    wish.isPaused = true
    wish.priority = .pinned

    let bounds = LayerWish(wish)

    #expect(bounds.spatialLayer == 1 && bounds.temporalLayer == 255)
    #expect(bounds.width == 640 && bounds.height == 65_535 && bounds.isPaused && bounds.priority == .pinned)
    #expect(LayerWish(MediaWish()) == LayerWish())
  }

  @Test func aReportIsToldWhole() {
    let published = MediaServer.Published(
      source: .screen, layers: [MediaServer.Layer(rid: "q", width: 320, height: nil, bitsPerSecond: 5)], packetsLost: 7)
    let subscribed = MediaServer.Subscribed(
      track: Self.theirCamera, state: .starting, spatialLayer: 2, temporalLayer: nil, bitsPerSecond: 9,
      wantedSpatialLayer: 3, limit: .network)
    let downlink = MediaServer.Downlink(
      bitsPerSecond: 1, wantedBitsPerSecond: 2, loss: 3, roundTripTime: .milliseconds(4))

    let report = MediaServer.Report(published: [published], subscribed: [subscribed], downlink: downlink)
    let event = MediaEvent(.report("p_ada", report))

    let expected = MediaReport(
      published: [
        MediaReport.Published(
          source: .screen, layers: [MediaReport.Layer(rid: "q", width: 320, height: nil, bitsPerSecond: 5)],
          packetsLost: 7)
      ],
      subscribed: [
        MediaReport.Subscribed(
          track: Self.camera, state: .starting, spatialLayer: 2, temporalLayer: nil, bitsPerSecond: 9,
          wantedSpatialLayer: 3, limit: .network)
      ],
      downlink: MediaReport.Downlink(
        bitsPerSecond: 1, wantedBitsPerSecond: 2, loss: 3, roundTripTime: .milliseconds(4)))
    #expect(event == .report(Self.ada, expected))
  }

  @Test func tellsEveryEventInTheWordsOfSignalling() {
    let slots = [MediaServer.Slot(mid: "1", kind: .video, track: Self.theirCamera)]
    #expect(
      MediaEvent(.slots("p_ada", slots)) == .slots(Self.ada, [MediaSlot(mid: "1", kind: .video, track: Self.camera)]))
    #expect(MediaEvent(.failed) == .failed)
    #expect(MediaEvent(.lost("p_ada")) == .lost(Self.ada))
    #expect(MediaEvent(.answer("p_ada", description: "a")) == .answer(Self.ada, "a"))
    #expect(MediaEvent(.accepted("p_ada")) == .accepted(Self.ada))
    #expect(MediaEvent(.offer("p_ada", description: "o", slots: [])) == .offer(Self.ada, "o", slots: []))
    #expect(MediaEvent(.fragment("p_ada", "f")) == .fragment(Self.ada, "f"))
    #expect(MediaEvent(.fragment("p_ada", nil)) == .fragment(Self.ada, nil))
    #expect(MediaEvent(.connected("p_ada")) == .connected(Self.ada))
    #expect(MediaEvent(.demand("p_ada", .screen, layers: 2)) == .demand(Self.ada, .screen, layers: 2))
    #expect(MediaEvent(.dominantSpeaker("p_ada")) == .dominantSpeaker(Self.ada))
    #expect(MediaEvent(.dominantSpeaker(nil)) == .dominantSpeaker(nil))
  }

  @Test(arguments: [
    (MediaServer.Quality.Rating(.lost, .nothingSent), MediaQuality.Rating(.lost, .nothingSent)),
    (.init(.poor, .loss), .init(.poor, .loss)), (.init(.fair, .bandwidth), .init(.fair, .bandwidth)),
    (.init(.good), .init(.good)),
  ])
  func aRatingIsToldOfItsDirection(theirs: MediaServer.Quality.Rating, ours: MediaQuality.Rating) {
    let (sent, received) = (MediaServer.Quality(publishing: theirs), MediaServer.Quality(receiving: theirs))
    #expect(MediaEvent(.quality("p_ada", sent)) == .quality(Self.ada, MediaQuality(publishing: ours)))
    #expect(MediaEvent(.quality("p_ada", received)) == .quality(Self.ada, MediaQuality(receiving: ours)))
  }

  @Test(arguments: [
    (MediaServer.Refusal.Description.offer, MediaRefusal.Description.offer), (.answer, .answer), (.fragment, .fragment),
  ])
  func tellsWhichDescriptionWasRefusedAndWhy(
    theirs: MediaServer.Refusal.Description, ours: MediaRefusal.Description
  ) {
    let causes: [(MediaServer.Refusal.Cause, MediaRefusal.Cause)] = [
      (.malformed, .malformed), (.unusable, .unusable), (.full, .full),
    ]
    for (cause, expected) in causes {
      let news = MediaServer.News.refused(
        "p_ada", MediaServer.Refusal(description: theirs, cause: cause, reason: "No."))
      #expect(MediaEvent(news) == .refused(Self.ada, MediaRefusal(ours, "No.", as: expected)))
    }
  }

  @Test(.timeLimit(.minutes(1))) func aRealServerRefusesNonsenseWithAReason() async throws {
    var configuration = SFUConfiguration(announcedAddresses: [IPAddress(ipv4: 0x7F00_0001)])
    configuration.listenAddresses = configuration.announcedAddresses
    configuration.port = 0
    let server = try MediaServer(configuration)
    let running = Task { await server.run() }
    defer { running.cancel() }
    let plane = SFUMediaPlane(server: server)
    let room = RoomID(rawValue: "r_1")

    await plane.perform(.open(.echo), in: room)
    await plane.perform(.add(Self.ada, publishing: [.audio, .video]), in: room)
    await plane.perform(.offer(Self.ada, "nonsense", sources: [:]), in: room)

    var events = plane.events.makeAsyncIterator()
    let (place, event) = try #require(await events.next())
    #expect(place == room)
    guard case .refused(Self.ada, let refusal) = event else { return #expect(Bool(false), "\(event)") }
    #expect(refusal.description == .offer && refusal.reason.hasSuffix("."))
    await plane.perform(.close, in: room)
  }
}
