import RTP
import SFU
import ScriptedPeer
import Testing

/// Which slots a subscription has, and who is heard when there are more than slots.
@Suite(.serialized) struct SlotTests {
  private static let quiet: UInt8 = 80
  private static let loud: UInt8 = 25

  /// A listener and a number of people who are silent, with levels, one of whom comes after it.
  private func crowd(of count: Int) throws -> (RoomUnderTest, listener: RoomUnderTest.Member) {
    let room = try RoomUnderTest { $0.loudestCount = Participant.audioSlotLimit - 1 }
    var late: RoomUnderTest.Member?
    for number in 0..<count {
      if number == count - 1 { late = room.add("listener") }
      let member = room.join("p\(number)")
      member.publishing.microphoneLevel = Self.quiet
    }
    let listener = try #require(late)
    try #require(
      try room.run {
        listener.watching.isConnected && room.members.values.allSatisfy { $0.publishing.isConnected || $0 === listener }
      })
    // All at once, so that the packets of all come in the same turn.
    let start = SystemClock.now
    for number in 0..<count {
      room.members["p\(number)"]?.publishing.startMicrophone(
        every: .milliseconds(20), at: start, numberedFrom: number * 1_000_000)
    }
    try room.run(for: .milliseconds(300))
    return (room, listener)
  }

  private func unheard(by listener: RoomUnderTest.Member, in room: RoomUnderTest) -> [RoomUnderTest.Member] {
    room.members.values.filter { $0 !== listener && listener.slot(of: .init($0.name, .microphone)) == nil }
      .sorted { $0.name < $1.name }
  }

  @Test func tenOthersAreHeardAtMost() throws {
    let (room, listener) = try crowd(of: 12)

    #expect(listener.slots.count == Participant.audioSlotLimit && listener.slots.allSatisfy { $0.kind == .audio })
    #expect(unheard(by: listener, in: room).count == 2)
    #expect(room.statistics.passedSlots == 0, "nobody speaks")
  }

  @Test func thoseWhoSpeakAreHeardInTheSlotsOfThoseWhoAreSilentLongest() throws {
    let (room, listener) = try crowd(of: 14)
    let heard = listener.slots.compactMap { $0.track?.participant }
    for name in heard.dropFirst(4) { room.members[name]?.publishing.microphoneLevel = Self.loud }
    try room.run(for: .milliseconds(300))
    for name in heard { room.members[name]?.publishing.microphoneLevel = Self.quiet }
    try room.run(for: .milliseconds(700))
    let offerCount = listener.offers.count

    let speakers = unheard(by: listener, in: room)
    for speaker in speakers { speaker.publishing.microphoneLevel = Self.loud }
    let areHeard = try room.run { speakers.allSatisfy { isHeard($0, by: listener) } }

    #expect(areHeard && speakers.count == 4)
    #expect(unheard(by: listener, in: room).map(\.name) == heard.prefix(4).sorted(), "those who never spoke")
    #expect(listener.offers.count == offerCount, "without another offer")
    for speaker in speakers {
      #expect(listener.received(speaker.name, .microphone).map { Int($0.sequence) }.haveNoGap, "the numbers go on")
    }
  }

  /// Whether something of the member's own has come in its slot.
  private func isHeard(_ member: RoomUnderTest.Member, by listener: RoomUnderTest.Member) -> Bool {
    let number = Int(member.name.dropFirst())
    return listener.received(member.name, .microphone).contains { $0.index.map { $0 / 1_000_000 } == number }
  }

  @Test func aSlotIsPassedOnOnceASecondAtMost() throws {
    let (room, listener) = try crowd(of: 12)
    let heard = listener.slots.compactMap { $0.track?.participant }
    for name in heard.dropFirst() { room.members[name]?.publishing.microphoneLevel = Self.loud }
    let (first, second) = (unheard(by: listener, in: room)[0], unheard(by: listener, in: room)[1])

    first.publishing.microphoneLevel = Self.loud
    try room.run(for: .milliseconds(160))
    first.publishing.microphoneLevel = Self.quiet
    try room.run(for: .milliseconds(340))
    second.publishing.microphoneLevel = Self.loud  // and goes on, while the first has long been silent
    try room.run { listener.slot(of: .init(second.name, .microphone)) != nil }

    let passings = listener.slotNews.map(\.at)
    try #require(passings.count == 2, "to the first and on to the second")
    let told = listener.slotNews.map { $0.slots.map { $0.track?.participant } }
    #expect(told == [[first.name], [second.name]], "and of the others nothing")
    let interval = passings[1] - passings[0]
    #expect(interval >= .milliseconds(990) && interval < .milliseconds(1600), "\(interval)")
  }

  @Test func whoLeavesMakesPlaceForWhoHadNone() throws {
    let (room, listener) = try crowd(of: 11)
    let unheard = try #require(unheard(by: listener, in: room).first)
    let leaving = try #require(listener.slots.first?.track?.participant)

    room.remove(try #require(room.members[leaving]))
    let isHeard = try room.run { listener.received(unheard.name, .microphone).count >= 5 }

    #expect(isHeard)
    #expect(listener.slots.count == Participant.audioSlotLimit)
  }

  @Test func soundThatIsPausedTakesNobodysSlot() throws {
    let (room, listener) = try crowd(of: 11)
    let speaker = try #require(unheard(by: listener, in: room).first)
    var wish = LayerWish()
    wish.isPaused = true
    room.subscribe(listener, to: .init(speaker.name, .microphone), wishing: wish)

    speaker.publishing.microphoneLevel = Self.loud
    try room.run(for: .milliseconds(500))

    #expect(unheard(by: listener, in: room).map(\.name) == [speaker.name])
  }
}
