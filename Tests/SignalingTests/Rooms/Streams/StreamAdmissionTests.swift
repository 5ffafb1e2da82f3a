import Signaling
import Testing

/// Whom a room lets in by WHIP and WHEP: the same as by joining, and nobody who would have to wait.
@Suite struct StreamAdmissionTests {
  private func code(_ admission: Admission) -> SignalingError.Code? {
    if case .refused(let error) = admission { error.code } else { nil }
  }

  private static func grant(_ role: Role?, _ permissions: Permissions? = nil) -> AccessGrant {
    AccessGrant(subject: "s", role: role, permissions: permissions)
  }

  @Test func withoutATokenTheyEnterARoomThatAnybodyCouldEnter() throws {
    var room = TestRoom.ordinary
    room.join("Ada")

    #expect(room.offer(room.encoder()) == .enters)
    #expect(room.offer(try room.player()) == .enters)
  }

  @Test(arguments: [
    (#""locked":true"#, SignalingError.Code.roomLocked), (#""lobby":true"#, .forbidden),
    (#""rules":{"publishAudio":false,"publishVideo":false}"#, .forbidden), (#""maxParticipants":2"#, .roomFull),
    (#""mode":"mesh""#, .conflict), (#""mode":"broadcast""#, .forbidden),
  ])
  func whatKeepsAGuestOutKeepsAnEncoderOut(update: String, expected: SignalingError.Code) {
    var room = TestRoom.ordinary
    let ada = room.join("Ada")
    room.join("Bob")
    #expect(room.handle(#""type":"updateRoom",\#(update)"#, from: ada) == nil)

    #expect(code(room.offer(room.encoder())) == expected)
  }

  @Test(arguments: [
    (#""locked":true"#, SignalingError.Code.roomLocked), (#""lobby":true"#, .forbidden),
    (#""maxViewers":0"#, .roomFull),
    (#""mode":"mesh""#, .conflict),
  ])
  func whatKeepsAGuestOutKeepsAPlayerOut(update: String, expected: SignalingError.Code) throws {
    var room = TestRoom.ordinary
    let ada = room.join("Ada")
    #expect(room.handle(#""type":"updateRoom",\#(update)"#, from: ada) == nil)

    #expect(code(room.offer(try room.player())) == expected)
  }

  @Test func aRoomThatWaitsForItsHostLetsNoProgramWait() throws {
    var room = TestRoom.ordinary
    let ada = room.join("Ada")
    room.join("Bob", role: .observer)
    room.handle(#""type":"updateRoom","waitForHost":true"#, from: ada)
    room.handle(#""type":"leave""#, from: ada)

    #expect(code(room.offer(room.encoder())) == .forbidden)
    #expect(code(room.offer(try room.player())) == .forbidden)
    #expect(room.state.waiting.isEmpty)
  }

  @Test func aPasswordIsToBeShown() throws {
    var room = TestRoom.ordinary
    let ada = room.join("Ada")
    let hash = room.setPassword(by: ada)

    var (encoder, player) = (room.encoder(), try room.player())
    #expect(room.offer(encoder) == .needsPassword(hash) && room.offer(player) == .needsPassword(hash))
    (encoder.provenPassword, player.provenPassword) = (hash, hash)
    #expect(room.offer(encoder) == .enters && room.offer(player) == .enters)
  }

  @Test func aStreamKeyPassesLockPasswordLobbyAndAbsenceOfTheHost() throws {
    var room = TestRoom.ordinary
    let ada = room.join("Ada")
    let key = try room.streamKey(by: ada).text
    room.setPassword(by: ada)
    room.handle(#""type":"updateRoom","locked":true,"lobby":true,"waitForHost":true"#, from: ada)

    #expect(room.offer(room.encoder(key: key)) == .enters)
    #expect(room.state.inOrder.last?.name.text == "Stage" && room.state.inOrder.last?.role == .machine)
  }

  @Test func aStreamKeyPassesNoBanNoLimitAndNoRule() throws {
    var room = TestRoom.ordinary
    let ada = room.join("Ada")
    let key = try room.streamKey(by: ada).text
    let banned = BrowserProfile(client: "x", cookie: "x", address: "there")
    let bob = room.join("Bob", profile: banned)

    room.handle(#""type":"updateRoom","maxParticipants":2"#, from: ada)
    #expect(code(room.offer(room.encoder(key: key))) == .roomFull)
    room.handle(#""type":"moderate","action":"ban","participants":["\#(bob.rawValue)"]"#, from: ada)
    #expect(code(room.offer(room.encoder(key: key, profile: BrowserProfile(address: "there")))) == .banned)
    room.handle(#""type":"updateRoom","rules":{"publishAudio":false,"publishVideo":false}"#, from: ada)
    #expect(code(room.offer(room.encoder(key: key))) == .forbidden)
  }

  @Test func aKeyThatIsNoneOfTheRoomsIsRefusedEvenWhereNoneIsNeeded() {
    var room = TestRoom.ordinary
    room.join("Ada")

    #expect(code(room.offer(room.encoder(key: "sk_guess"))) == .tokenInvalid)
  }

  @Test func aTokenOpensWhatItsBearerCouldDoByJoining() throws {
    var room = TestRoom.ordinary
    let ada = room.join("Ada")
    room.handle(#""type":"updateRoom","lobby":true"#, from: ada)

    #expect(code(room.offer(room.encoder(grant: Self.grant(nil)))) == .forbidden)
    #expect(room.offer(room.encoder(grant: Self.grant(.cohost))) == .enters)
    #expect(code(room.offer(try room.player(grant: Self.grant(nil)))) == .forbidden)
    #expect(room.offer(try room.player(grant: Self.grant(.host))) == .enters)
    room.handle(#""type":"updateRoom","lobby":false"#, from: ada)
    let others = [AccessGrant(subject: "o", role: .observer), AccessGrant(subject: "c", permissions: .chat)]
    for grant in others { #expect(code(room.offer(room.encoder(grant: grant))) == .forbidden) }
  }

  @Test func anEncoderMayPublishWhatItsTokenGrantsAndNoMore() throws {
    var room = TestRoom.ordinary
    room.join("Ada")

    let id = try room.publish(grant: Self.grant(.host, [.publishAudio, .moderate]))

    #expect(room[id]?.permissions == .publishAudio && room[id]?.devices == Devices(audio: true))
    #expect(room[id]?.role == .machine)
  }

  @Test func aServerThatLostItsMediaAsksToComeAgain() throws {
    var room = TestRoom.ordinary
    _ = try room.publish()
    room.media(.failed)
    room.media(.failed)

    #expect(code(room.offer(room.encoder())) == .mediaUnavailable)
    room.pass(.seconds(2))
    #expect(room.offer(room.encoder()) == .enters)
  }

  @Test func aSecondEncoderOfANameGetsANumber() throws {
    var room = TestRoom.ordinary
    room.join("OBS")
    let (first, second) = (try room.publish(), try room.publish())

    #expect(room[first]?.name.text == "OBS (2)" && room[second]?.name.text == "OBS (3)")
  }
}
