import Signaling
import TestSupport
import Testing

/// Stream keys: made and revoked by moderators, kept over a restart, never told twice.
@Suite struct StreamKeyTests {
  @Test func aKeyIsShownOnceAndItsHashIsKept() throws {
    var room = TestRoom.ordinary
    let ada = room.join("Ada")

    let key = try room.streamKey("Stage camera", by: ada)

    #expect(key.text.hasPrefix("sk_") && key.text.utf8.count == 29)
    let kept = try #require(room.state.streamKeys.all.first)
    #expect(kept.id == key.id && kept.name.text == "Stage camera")
    let file = String(decoding: room.state.policy(at: room.now).encoded, as: UTF8.self)
    #expect(file.contains(key.id.rawValue) && !file.contains(key.text))
    room.handle(#""type":"getAudit""#, from: ada)
    guard case .reply(.audit(let entries))? = room.effects.last else { return #expect(Bool(false)) }
    #expect(entries.last?.action == "createStreamKey" && entries.last?.detail == "Stage camera")
  }

  @Test func theListSaysWhoPublishesWithWhat() throws {
    var room = TestRoom.ordinary
    let ada = room.join("Ada")
    let (used, unused) = (try room.streamKey("One", by: ada), try room.streamKey("Two", by: ada))
    let machine = try room.publish(key: used.text)

    room.handle(#""type":"getStreamKeys""#, from: ada)

    guard case .reply(.streamKeys(let keys))? = room.effects.last else { return #expect(Bool(false)) }
    #expect(keys.map(\.id) == [used.id, unused.id] && keys.map(\.participant) == [machine, nil])
  }

  @Test func revokingAKeyPutsItsEncoderOut() throws {
    var room = TestRoom.ordinary
    let ada = room.join("Ada")
    let key = try room.streamKey(by: ada)
    let (machine, other) = (try room.publish(key: key.text), try room.publish())

    #expect(room.handle(#""type":"revokeStreamKey","streamKey":"\#(key.id.rawValue)""#, from: ada) == nil)

    #expect(room[machine] == nil && room.isEnded(machine) && room[other] != nil)
    #expect(room.offer(room.encoder(key: key.text)) == .refused(RoomState.wrongKey))
    #expect(
      room.handle(#""type":"revokeStreamKey","streamKey":"\#(key.id.rawValue)""#, from: ada)?.code == .notFound)
  }

  @Test func aRoomHasSixteenKeysAtMost() throws {
    var room = TestRoom.ordinary
    let ada = room.join("Ada")
    let keys = try (0..<16).map { try room.streamKey("Camera \($0)", by: ada) }

    #expect(room.handle(#""type":"createStreamKey","name":"One more""#, from: ada)?.code == .conflict)
    #expect(Set(keys.map(\.text)).count == 16)
    room.handle(#""type":"revokeStreamKey","streamKey":"\#(keys[3].id.rawValue)""#, from: ada)
    #expect(room.handle(#""type":"createStreamKey","name":"One more""#, from: ada) == nil)
  }

  @Test func aKeyIsWorthTheSameAfterARestart() throws {
    var room = TestRoom.ordinary
    let ada = room.join("Ada")
    let key = try room.streamKey(by: ada).text
    let before = try room.publish(key: key)
    room.handle(#""type":"updateRoom","locked":true,"maxViewers":7"#, from: ada)

    room.restart()

    #expect(room.state.settings.maxViewers == 7)
    #expect(room.offer(room.encoder(key: "sk_other")) == .refused(RoomState.wrongKey))
    let after = try room.publish(key: key)
    #expect(after != before && room[after]?.name.text == "Stage")
  }

  @Test func aFileOfAnOlderServerHasNoKeys() throws {
    var room = TestRoom.ordinary
    room.join("Ada")
    let file = String(decoding: room.state.policy(at: room.now).encoded, as: UTF8.self)
      .replacing(#""streamKeys":[],"#, with: "").replacing(#""maxViewers":500,"#, with: "")

    let policy = try #require(RoomPolicy(decoding: Array(file.utf8)))

    #expect(!file.contains("streamKeys") && policy.streamKeys.isEmpty && policy.settings.maxViewers == 500)
  }
}
