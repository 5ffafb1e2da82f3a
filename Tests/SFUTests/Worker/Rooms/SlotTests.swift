import RTP
import SFU
import ScriptedPeer
import Testing

/// Which slots a subscription has, and who is heard when there are more than slots.
@Suite(.serialized) struct SlotTests {
  private static let quiet: UInt8 = 80
  private static let loud: UInt8 = 25

  /// A listener and a number of people who are silent, with levels.
  private func crowd(of count: Int) throws -> (RoomUnderTest, listener: RoomUnderTest.Member) {
    let room = try RoomUnderTest()
    for number in 0..<count {
      let member = room.join("p\(number)")
      member.publishing.microphoneLevel = Self.quiet
      member.publishing.startMicrophone(
        every: .milliseconds(20), at: SystemClock.now, numberedFrom: number * 1_000_000)
    }
    let listener = room.add("listener")
    try #require(
      try room.run {
        listener.watching.isConnected && room.members.values.allSatisfy { $0.publishing.isConnected || $0 === listener }
      })
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

  @Test func whoSpeaksIsHeardInTheSlotOfWhoIsSilentLongest() throws {
    let (room, listener) = try crowd(of: 11)
    let heard = listener.slots.compactMap { $0.track?.participant }
    for name in heard.dropFirst() { room.members[name]?.publishing.microphoneLevel = Self.loud }
    try room.run(for: .milliseconds(300))
    for name in heard { room.members[name]?.publishing.microphoneLevel = Self.quiet }
    try room.run(for: .milliseconds(700))
    let offerCount = listener.offers.count

    let speaker = try #require(unheard(by: listener, in: room).first)
    let number = try #require(Int(speaker.name.dropFirst())) * 1_000_000
    speaker.publishing.microphoneLevel = Self.loud
    let isHeard = try room.run {
      listener.received(speaker.name, .microphone).contains {
        $0.index.map { $0 / 1_000_000 == number / 1_000_000 } ?? false
      }
    }

    #expect(isHeard)
    #expect(unheard(by: listener, in: room).map(\.name) == [heard[0]], "the only one who never spoke")
    #expect(listener.offers.count == offerCount, "without another offer")
    #expect(listener.received(speaker.name, .microphone).map { Int($0.sequence) }.haveNoGap, "the numbers go on")
  }

  @Test func aSlotIsPassedOnOnceASecondAtMost() throws {
    let (room, listener) = try crowd(of: 14)
    let start = SystemClock.now
    // All speak and are silent in turn, as fast as speech can be told from a knock.
    for turn in 0..<12 {
      for (number, member) in room.members.values.sorted(by: { $0.name < $1.name }).enumerated() {
        member.publishing.microphoneLevel = (number + turn) % 4 == 0 ? Self.loud : Self.quiet
      }
      try room.run(for: .milliseconds(200))
    }

    let passings = listener.news.passings
    #expect(!passings.isEmpty)
    let seconds = Int((SystemClock.now - start) / .seconds(1)) + 1
    for slot in 0..<Participant.audioSlotLimit {
      #expect(passings.count { $0 == slot } <= seconds, "slot \(slot): \(passings)")
    }
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

extension [MediaServer.News] {
  /// The slots that passed to another without an offer, in order.
  fileprivate var passings: [Int] {
    var (slots, passings): ([MediaServer.Slot], [Int]) = ([], [])
    for news in self {
      switch news {
      case .offer(_, _, let offered): slots = offered
      case .slots(_, let now):
        passings += now.indices.filter { slots.indices.contains($0) && slots[$0] != now[$0] }
        slots = now
      default: continue
      }
    }
    return passings
  }
}
