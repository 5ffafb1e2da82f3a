import Signaling
import Testing

/// Encoders in a room: how they come, what media tells of them, and how they go.
@Suite struct MachineTests {
  @Test func anEncoderIsAParticipantForAllAndMovesTheRoomToTheMediaPlane() throws {
    var room = TestRoom.ordinary
    let ada = room.join("Ada")
    let encoder = room.encoder()

    #expect(room.offer(encoder) == .enters)

    let machine = try #require(room[encoder.id])
    #expect(
      machine.role == .machine && machine.name.text == "OBS" && machine.devices == Devices(audio: true, video: true))
    #expect(room.told[ada] == [.roomChanged, .participantJoined])
    #expect(room.state.settings.topology == .routed)
    #expect(
      room.mediaCommands == [
        .open(.routed), .add(ada, publishing: [.audio, .video, .screen]),
        .add(encoder.id, publishing: [.audio, .video]),
        .offer(encoder.id, "offer", sources: [:]),
      ])
  }

  @Test func theRoomGoesBackToTheMeshWhenTheEncoderIsGone() throws {
    var room = TestRoom {
      $0.meshLimit = 2; $0.times.returnToMesh = .seconds(10)
    }
    room.join("Ada")
    room.join("Bob")
    let id = try room.publish()
    room.pass(.seconds(60))
    #expect(room.state.settings.topology == .routed)

    room.leave(stream: id)

    #expect(room[id] == nil && room.isEnded(id))
    room.pass(.seconds(10))
    #expect(room.state.settings.topology == .mesh)
  }

  @Test func aRoomWithAnEncoderCannotBeKeptAtTheMesh() throws {
    var room = TestRoom.ordinary
    let ada = room.join("Ada")
    let id = try room.publish()

    #expect(room.handle(#""type":"updateRoom","mode":"mesh""#, from: ada)?.code == .mediaUnavailable)
    room.leave(stream: id)
    #expect(room.handle(#""type":"updateRoom","mode":"mesh""#, from: ada) == nil)
  }

  @Test func aConnectionThatDoesNotComeUpIsGivenUp() throws {
    var room = TestRoom.ordinary
    room.join("Ada")
    let encoder = room.encoder()
    room.offer(encoder)

    room.pass(.milliseconds(14_999))
    #expect(room[encoder.id] != nil)
    room.pass(.milliseconds(1))
    #expect(room[encoder.id] == nil && room.isEnded(encoder.id))
    #expect(room.mediaCommands.contains(.remove(encoder.id)))
  }

  @Test func mediaThatIsLostIsAwaitedForTenSeconds() throws {
    var room = TestRoom.ordinary
    room.join("Ada")
    let id = try room.publish()

    let isStream = room.media(.lost(id))
    #expect(isStream)
    room.pass(.seconds(5))
    #expect(room[id]?.presence.isConnected == false && !room.isEnded(id))
    room.pass(.milliseconds(4999))
    #expect(room[id] != nil)
    room.pass(.milliseconds(1))
    #expect(room[id] == nil && room.isEnded(id))
  }

  @Test func anEncoderThatComesBackWithItsKeyTakesItsPlaceOver() throws {
    var room = TestRoom.ordinary
    let ada = room.join("Ada")
    let key = try room.streamKey(by: ada).text
    let id = try room.publish(key: key)
    room.handle(#""type":"moderate","action":"mute","participants":["\#(id.rawValue)"]"#, from: ada)
    let told = room.told[ada] ?? []
    _ = room.takeEffects()

    #expect(room.offer(room.encoder(key: key)) == .enters)

    #expect(room.state.participants.count == 2 && room[id]?.presence.isConnected == false)
    #expect(
      room.mediaCommands == [.remove(id), .add(id, publishing: .video), .offer(id, "offer", sources: [:])])
    room.media(.answer(id, "answer"))
    room.media(.connected(id))
    #expect(room[id]?.presence.isConnected == true)
    #expect(room.told[ada] == told)
  }

  @Test func whatWasTakenFromAnEncoderStaysTakenWhenItComesAnew() throws {
    var room = TestRoom.ordinary
    let ada = room.join("Ada")
    let key = try room.streamKey(by: ada).text
    let id = try room.publish(key: key)
    let taken = #""type":"setPermission","participant":"\#(id.rawValue)","permission":"publishVideo","allowed":false"#
    try #require(room.handle(taken, from: ada) == nil)
    room.leave(stream: id)

    let again = try room.publish(key: key)

    #expect(again != id && room[again]?.revoked == .publishVideo)
    let other = try room.publish("Other")
    #expect(room[other]?.revoked == [])
  }

  @Test func aBanOfAnEncoderHoldsForItsKeyAndNotWhereItWasBefore() throws {
    var room = TestRoom.ordinary
    let ada = room.join("Ada")
    let key = try room.streamKey(by: ada).text
    let id = try room.publish(key: key)
    room.offer(room.encoder(key: key, profile: BrowserProfile(address: "van")))
    room.media(.answer(id, "answer"))
    room.media(.connected(id))

    room.handle(#""type":"moderate","action":"ban","participants":["\#(id.rawValue)"]"#, from: ada)

    #expect(room.offer(room.encoder(key: key, profile: BrowserProfile(address: "elsewhere"))) != .enters)
    #expect(room.offer(room.encoder("Other", profile: BrowserProfile(address: "van"))) != .enters)
    #expect(room.offer(room.encoder("Other")) == .enters, "from the studio that it has left")
  }

  @Test func whatMediaTellsOfAConnectionThatWasReplacedMeansNothing() throws {
    var room = TestRoom.ordinary
    let key = try room.streamKey(by: room.join("Ada")).text
    let id = try room.publish(key: key)
    room.offer(room.encoder(key: key))
    _ = room.takeEffects()

    for late in [MediaEvent.connected(id), .lost(id), .report(id, MediaReport())] { room.media(late) }

    #expect(room.effects.isEmpty && room[id]?.presence.isConnected == false)
    room.media(.answer(id, "answer"))
    room.media(.lost(id))
    #expect(room.mediaCommands.contains(.remove(id)))
    room.pass(.seconds(15))
    #expect(room[id] == nil && room.isEnded(id))
  }

  @Test func aTokenOfTheSameSubjectTakesItsPlaceOverAndAnotherDoesNot() throws {
    var room = TestRoom.ordinary
    room.join("Ada")
    let (anna, bert) = (AccessGrant(subject: "anna"), AccessGrant(subject: "bert"))

    let first = try room.publish("Anna", grant: anna)
    #expect(try room.publish("Anna", grant: anna) == first)
    #expect(try room.publish("Bert", grant: bert) != first)
    #expect(try room.publish() != (try room.publish()))
  }

  @Test func anEncoderThatComesBackMayDoWhatItsNewTokenGrants() throws {
    var room = TestRoom.ordinary
    room.join("Ada")
    let id = try room.publish(grant: AccessGrant(subject: "anna"))

    _ = try room.publish(grant: AccessGrant(subject: "anna", permissions: .publishAudio))

    #expect(room[id]?.permissions == .publishAudio && room[id]?.devices == Devices(audio: true))
  }

  @Test func anEncoderComesBackIntoARoomThatWasLockedMeanwhileUnlessItWasBanned() throws {
    var room = TestRoom.ordinary
    let ada = room.join("Ada")
    let anna = AccessGrant(subject: "anna")
    let id = try room.publish("Anna", grant: anna)
    room.handle(#""type":"updateRoom","locked":true,"lobby":true,"maxParticipants":2"#, from: ada)

    #expect(room.offer(room.encoder(grant: anna)) == .enters)
    #expect(room.state.participants.keys.contains(id) && room.state.participants.count == 2)
    room.handle(#""type":"moderate","action":"ban","participants":["\#(id.rawValue)"]"#, from: ada)
    #expect(room[id] == nil && room.isEnded(id))
    #expect(room.offer(room.encoder(grant: anna)) == .refused(RoomState.banned))
  }

  @Test func mediaSaysWhatAnEncoderSends() throws {
    var room = TestRoom.ordinary
    let ada = room.join("Ada")
    let id = try room.publish()
    #expect(room.mediaCommands.last == .report(id))

    let microphone = MediaReport.Published(source: .microphone, layers: [], packetsLost: 0)
    room.media(.report(id, MediaReport(published: [microphone])))

    #expect(room[id]?.devices == Devices(audio: true))
    room.handle(#""type":"moderate","action":"mute","participants":["\#(id.rawValue)"]"#, from: ada)
    room.media(.report(id, MediaReport(published: [microphone])))
    #expect(room[id]?.devices == Devices())
  }

  @Test func aHostSwitchesAnEncoderOffAndOn() throws {
    var room = TestRoom.ordinary
    let ada = room.join("Ada")
    let id = try room.publish()
    let act = { (action: String) in #""type":"moderate","action":"\#(action)","participants":["\#(id.rawValue)"]"# }

    room.handle(act("mute"), from: ada)
    room.handle(act("hideVideo"), from: ada)
    #expect(room[id]?.devices == Devices())
    room.handle(act("askToUnmute"), from: ada)
    #expect(room[id]?.devices == Devices(audio: true))
    room.handle(act("askToStartVideo"), from: ada)
    #expect(room[id]?.devices == Devices(audio: true, video: true))
    room.handle(#""type":"updateRoom","rules":{"publishVideo":false}"#, from: ada)
    room.handle(act("askToStartVideo"), from: ada)
    #expect(room[id]?.devices == Devices(audio: true))
  }

  @Test func aHostRemovesAnEncoder() throws {
    var room = TestRoom.ordinary
    let ada = room.join("Ada")
    let id = try room.publish()

    room.handle(#""type":"moderate","action":"remove","participants":["\#(id.rawValue)"]"#, from: ada)

    #expect(room[id] == nil && room.isEnded(id))
    #expect(room.mediaCommands.last == .remove(id))
  }

  @Test func whoComesAfterAnEncoderOwnsTheRoom() throws {
    var room = TestRoom.ordinary
    let id = try room.publish()

    let ada = room.join("Ada")

    #expect(room[ada]?.isOwner == true && room[id]?.isOwner == false)
    #expect(room.state.ownership == .owner(ada))
  }

  @Test func anEncoderAloneKeepsItsRoomAndItsEndEndsIt() throws {
    var room = TestRoom.ordinary
    let id = try room.publish()
    room.pass(.seconds(600))
    #expect(!room.state.isEnded)

    room.leave(stream: id)

    #expect(room.state.isEnded && room.isEnded(id))
    #expect(room.mediaCommands.last == .close)
  }

  @Test func whatMediaAnswersGoesToTheSession() {
    var room = TestRoom.ordinary
    let ada = room.join("Ada")
    let encoder = room.encoder()
    room.offer(encoder)
    let refusal = MediaRefusal(.fragment, "No.", as: .malformed)

    for event in [MediaEvent.answer(encoder.id, "a"), .fragment(encoder.id, nil), .refused(encoder.id, refusal)] {
      let isStream = room.media(event)
      #expect(isStream)
    }

    #expect(room.news(of: encoder.id) == [.answer("a"), .fragment(nil), .refused(refusal)])
    let isPage = !room.media(.answer(ada, "a"))
    #expect(isPage)
  }

  @Test func aRoomThatEndsEndsItsEncodersAndPlayers() throws {
    var room = TestRoom.ordinary
    let ada = room.join("Ada")
    let (machine, viewer) = (try room.publish(), try room.watch())

    room.handle(#""type":"endRoom""#, from: ada)

    #expect(room.isEnded(machine) && room.isEnded(viewer) && room.state.isEnded)
  }

  @Test func mediaThatIsLostAsAWholeIsAwaitedByEncodersAndEndsPlayers() throws {
    var room = TestRoom.ordinary
    room.join("Ada")
    let (machine, viewer) = (try room.publish(), try room.watch())

    room.media(.failed)

    #expect(room.isEnded(viewer) && !room.isEnded(machine))
    #expect(room[machine]?.presence.isConnected == false)
    room.pass(.seconds(10))
    #expect(room.isEnded(machine))
  }
}
