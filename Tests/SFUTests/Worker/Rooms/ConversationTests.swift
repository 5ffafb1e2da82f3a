import RTP
import SFU
import ScriptedPeer
import Testing

/// Who leads the conversation of a room, as its worker tells.
@Suite(.serialized) struct ConversationTests {
  private static let quiet: UInt8 = 80
  private static let loud: UInt8 = 25

  private func meeting(_ names: String...) throws -> (RoomUnderTest, [RoomUnderTest.Member]) {
    let room = try RoomUnderTest()
    let members = names.map { room.join($0) }
    try #require(try room.run { members.allSatisfy(\.publishing.isConnected) })
    for member in members {
      member.publishing.microphoneLevel = Self.quiet
      member.publishing.startMicrophone(every: .milliseconds(20), at: SystemClock.now)
    }
    try room.run(for: .milliseconds(400))
    return (room, members)
  }

  private func leaders(of room: RoomUnderTest) -> [String?] {
    room.roomNews.compactMap { if case .dominantSpeaker(let name) = $0.news { .some(name) } else { nil } }
  }

  @Test func whoSpeaksIsToldOnceAndThenWhoAnswers() throws {
    let (room, members) = try meeting("ann", "bob", "carol")
    let silence = leaders(of: room)

    members[0].publishing.microphoneLevel = Self.loud
    try room.run(for: .milliseconds(1500))
    let first = leaders(of: room)
    members[0].publishing.microphoneLevel = Self.quiet
    members[1].publishing.microphoneLevel = Self.loud
    try room.run(for: .milliseconds(1500))

    #expect(silence == [])
    #expect(first == ["ann"])
    #expect(leaders(of: room) == ["ann", "bob"])
  }

  @Test func whoIsSilencedOrLeavesLeadsNoLonger() throws {
    let (room, members) = try meeting("ann", "bob")
    members[0].publishing.microphoneLevel = Self.loud
    try room.run { leaders(of: room) == ["ann"] }

    room.perform(.allow("ann", publishing: [.video]))
    let isTold = try room.run(for: .seconds(1)) { leaders(of: room) == ["ann", nil] }
    room.perform(.allow("ann", publishing: [.audio, .video]))
    try room.run { leaders(of: room).count == 3 }
    room.remove(members[0])
    try room.run(for: .seconds(1)) { leaders(of: room).count == 4 }

    #expect(isTold)
    #expect(leaders(of: room) == ["ann", nil, "ann", nil])
  }

  @Test func inAnEchoNobodyLeads() throws {
    let room = try RoomUnderTest(.echo)
    let ann = room.join("ann")
    ann.publishing.microphoneLevel = Self.loud
    ann.publishing.startMicrophone(every: .milliseconds(20), at: SystemClock.now)

    try room.run { ann.publishing.isConnected }
    try room.run(for: .seconds(2))

    #expect(leaders(of: room) == [])
  }
}
