import Signaling
import Testing

/// Players: whom they are shown, how they are counted, and when they have to go.
@Suite struct ViewerTests {
  private static func tracks(
    _ id: ParticipantID, _ picture: MediaSource = .camera, _ sound: MediaSource = .microphone
  ) -> MediaTrackSelection {
    MediaTrackSelection(audio: MediaTrack(id, sound), video: MediaTrack(id, picture))
  }

  private func selections(_ room: TestRoom, of viewer: ParticipantID) -> [MediaTrackSelection] {
    room.mediaCommands.compactMap { command in
      switch command {
      case .watch(viewer, _, let selection), .select(viewer, let selection): selection
      default: nil
      }
    }
  }

  private func devices(_ room: inout TestRoom, _ id: ParticipantID, _ fields: String) {
    room.handle(#""type":"setDevices",\#(fields)"#, from: id)
  }

  @Test func aPlayerIsNoParticipantAndMovesTheRoomToTheMediaPlane() throws {
    var room = TestRoom.ordinary
    let ada = room.join("Ada")
    let viewer = try room.player()

    #expect(room.offer(viewer) == .enters)

    #expect(room.state.participants.count == 1 && room[viewer.id] == nil)
    #expect(room.told[ada] == [.roomChanged])
    #expect(
      room.mediaCommands == [
        .open(.routed), .add(ada, publishing: [.audio, .video, .screen]), .add(viewer.id, publishing: []),
        .watch(viewer.id, "offer", of: Self.tracks(ada)),
      ])
  }

  @Test func whereNobodyPublishesThereIsNothingToWatch() throws {
    var room = TestRoom.ordinary
    let ada = room.join("Ada")
    devices(&room, ada, #""audio":false,"video":false,"screen":false"#)

    #expect(room.offer(try room.player()) == .refused(RoomState.nobodyPublishes))
    #expect(room.offer(try room.player(["participant": "Ada"])) == .refused(RoomState.nobodyPublishes))
    #expect(room.offer(try room.player(["participant": "Bob"])) == .refused(RoomState.nobodyPublishes))
    let encoder = room.encoder()
    room.offer(encoder)
    #expect(room.offer(try room.player()) == .refused(RoomState.nobodyPublishes))
    room.media(.answer(encoder.id, "answer"))
    room.media(.connected(encoder.id))
    #expect(room.offer(try room.player()) == .enters)
  }

  @Test func theStageIsTheEncoderElseWhoeverShowsAPictureElseWhoeverIsHeard() throws {
    var room = TestRoom.ordinary
    let (ada, bob) = (room.join("Ada"), room.join("Bob"))
    devices(&room, ada, #""video":false,"screen":false"#)
    devices(&room, bob, #""screen":false"#)

    let viewer = try room.watch()
    #expect(selections(room, of: viewer) == [Self.tracks(bob)])
    devices(&room, bob, #""video":false,"audio":false"#)
    #expect(selections(room, of: viewer).last == Self.tracks(ada))
    let machine = try room.publish()
    #expect(selections(room, of: viewer).last == Self.tracks(machine))
    room.leave(stream: machine)
    #expect(selections(room, of: viewer).last == Self.tracks(ada))
  }

  @Test func onTheStageAPlayerStaysWithWhomItWatches() throws {
    var room = TestRoom.ordinary
    let ada = room.join("Ada")
    let viewer = try room.watch()
    let bob = room.join("Bob")
    devices(&room, ada, #""video":false,"screen":false"#)

    #expect(selections(room, of: viewer) == [Self.tracks(ada)])
    devices(&room, ada, #""audio":false"#)
    #expect(selections(room, of: viewer).last == Self.tracks(bob))
    devices(&room, ada, #""video":true"#)
    #expect(selections(room, of: viewer).count == 2)
  }

  @Test func aQueryNamesAParticipantByNameOrIDAndAPicture() throws {
    var room = TestRoom.ordinary
    room.join("Ada")
    let bob = room.join("Bob")

    let byName = try room.watch(["participant": "bOB", "source": "screen"])
    let byID = try room.watch(["participant": bob.rawValue])
    #expect(selections(room, of: byName) == [Self.tracks(bob, .screen)])
    #expect(selections(room, of: byID) == [Self.tracks(bob)])
    devices(&room, bob, #""audio":false,"video":false"#)
    #expect(selections(room, of: byName).last == Self.tracks(bob, .screen, .screenAudio))
    #expect(selections(room, of: byID).last == Self.tracks(bob, .screen, .screenAudio))
    #expect(throws: SignalingError.self) { try WatchQuery(["source": "microphone"]) }
  }

  @Test func aPlayerIsToldWhetherThereIsAnythingToSee() throws {
    var room = TestRoom.ordinary
    room.join("Ada", role: .observer)
    let machine = try room.publish()
    let viewer = try room.watch()

    room.media(.lost(machine))
    #expect(room.news(of: viewer).last == .active(false))
    room.media(.connected(machine))
    #expect(room.news(of: viewer).last == .active(true))
    #expect(selections(room, of: viewer).count == 1)
    room.leave(stream: machine)
    #expect(room.news(of: viewer).last == .active(false) && !room.isEnded(viewer))
  }

  @Test func everybodyIsToldHowManyWatchAtMostOnceASecond() throws {
    var room = TestRoom.ordinary
    let ada = room.join("Ada")
    _ = try room.watch()
    #expect(room.state.settings.viewers == 1)
    let told = room.told[ada]?.count ?? 0

    let crowd = try (0..<50).map { _ in try room.watch() }
    #expect(room.told[ada]?.count == told && room.state.settings.viewers == 1)
    room.pass(.milliseconds(999))
    #expect(room.told[ada]?.count == told)
    room.pass(.milliseconds(1))
    #expect(room.told[ada]?.count == told + 1 && room.state.settings.viewers == 51)
    #expect(crowd.allSatisfy { room.news(of: $0).last == .viewers(51) })
    for viewer in crowd { room.leave(stream: viewer) }
    room.pass(.seconds(1))
    #expect(room.state.settings.viewers == 1)
  }

  @Test func whoseConnectionIsNotUpIsNotCountedAndGivenUp() throws {
    var room = TestRoom.ordinary
    room.join("Ada")
    let viewer = try room.player()
    room.offer(viewer)
    room.pass(.milliseconds(14_999))

    #expect(room.state.settings.viewers == 0 && !room.isEnded(viewer.id))
    room.pass(.milliseconds(1))
    #expect(room.isEnded(viewer.id) && room.mediaCommands.contains(.remove(viewer.id)))
  }

  @Test func aPlayerThatLostItsConnectionIsOver() throws {
    var room = TestRoom.ordinary
    room.join("Ada")
    let viewer = try room.watch()

    room.media(.lost(viewer))

    #expect(room.isEnded(viewer))
    room.pass(.seconds(1))
    #expect(room.state.settings.viewers == 0)
  }

  @Test func noMoreWatchThanTheRoomAllows() throws {
    var room = TestRoom.ordinary
    let ada = room.join("Ada")
    room.handle(#""type":"updateRoom","maxViewers":2,"maxParticipants":2"#, from: ada)

    _ = try (room.watch(), room.watch())
    guard case .refused(let error) = room.offer(try room.player()) else { return #expect(Bool(false)) }
    #expect(error.code == .roomFull && error.retryAfter != nil)
    room.join("Bob")
    #expect(room.state.participants.count == 2)
  }

  @Test func aLobbyPutsOutWhoeverCouldNotHaveComePastIt() throws {
    var room = TestRoom.ordinary
    let ada = room.join("Ada")
    let host = AccessGrant(subject: "h", role: .cohost)
    let (guest, invited) = (try room.watch(), try room.watch(grant: host))

    room.handle(#""type":"updateRoom","lobby":true"#, from: ada)

    #expect(room.isEnded(guest) && !room.isEnded(invited))
  }

  @Test func aBanPutsOutThePlayersOfThatAddress() throws {
    var room = TestRoom.ordinary
    let ada = room.join("Ada")
    let bob = room.join("Bob", profile: BrowserProfile(client: "b", cookie: "b", address: "studio"))
    let viewer = try room.watch(["participant": "Ada"])
    let elsewhere = try room.player(profile: BrowserProfile(address: "elsewhere"))
    room.offer(elsewhere)

    room.handle(#""type":"moderate","action":"ban","participants":["\#(bob.rawValue)"]"#, from: ada)

    #expect(room.isEnded(viewer) && !room.isEnded(elsewhere.id))
  }

  @Test func layersAndSlotsGoToTheSession() throws {
    var room = TestRoom.ordinary
    room.join("Ada")
    let viewer = try room.watch()
    let slots = [MediaSlot(mid: "0", kind: .audio)]

    room.media(.slots(viewer, slots))
    room.media(.report(viewer, MediaReport()))

    #expect(room.news(of: viewer).suffix(2) == [.slots(slots), .report(MediaReport())])
  }
}
