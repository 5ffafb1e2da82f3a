import NIOCore
import Signaling
import TestSupport
import Testing

/// The small parts of a room: names, logs, deadlines, identifiers.
@Suite struct RoomPartTests {
  @Test(arguments: [
    ("tea", "TEA", true), ("caf\u{E9}", "cafe\u{301}", true), ("Straße", "STRASSE", false),
    (" tea  time ", "Tea Time", true),
    ("tea", "tee", false),
  ])
  func roomNamesAreComparedAsPeopleDo(left: String, right: String, isSame: Bool) throws {
    #expect(try (RoomName(left) == RoomName(right)) == isSame)
    if isSame { #expect(try RoomName(left).hashValue == RoomName(right).hashValue) }
  }

  @Test(arguments: [
    "", " ", ".", "..", "a/b", "a\\b", "a?b", "a#b", "a\u{7}b", "a\u{202E}b", "a\u{2028}b",
    String(repeating: "a", count: 65), String(repeating: "😀", count: 51),
  ])
  func refusesWhatIsNoNameOfARoom(text: String) {
    #expect(throws: SignalingError.self) { try RoomName(text) }
  }

  @Test(arguments: ["👩‍👩‍👧", "نستعلیق\u{200C}", "Zoë", String(repeating: "é", count: 64), "🏴󠁧󠁢󠁥󠁮󠁧󠁿"])
  func takesTheNamesOfTheWorld(text: String) throws {
    #expect(try DisplayName(text).text == text)
  }

  @Test func aNumberedNameStaysWithinItsBounds() throws {
    let name = try DisplayName(String(repeating: "é", count: 64)).numbered(12)
    #expect(name.text.hasSuffix(" (12)"))
    #expect(throws: Never.self) { try DisplayName(name.text) }
  }

  @Test func theLogForgetsTheOldestAndNeverMiscounts() throws {
    var limits = SignalingLimits()
    limits.eventLogCount = 10
    var log = EventLog()
    let event = EncodedEvent(.reaction(Samples.ada, emoji: "🎉"))
    for number in 1...100 as ClosedRange<Int64> {
      #expect(log.append(event, limits: limits) == number)
      for back in 0...12 as ClosedRange<Int64> {
        let events = log.events(after: number - back)
        let reaches = back <= min(10, number)
        #expect((events != nil) == reaches)
        #expect(events.map { $0.map(\.seq) } ?? [] == (reaches && back > 0 ? Array(number - back + 1...number) : []))
      }
      #expect(log.events(after: number + 1) == nil)
    }
    log.clear()
    #expect(log.events(after: 100)?.isEmpty == true && log.events(after: 99) == nil)
    #expect(log.append(event, limits: limits) == 101)
  }

  @Test func theLogIsBoundedInBytes() {
    var limits = SignalingLimits()
    limits.eventLogBytes = 1000
    var log = EventLog()
    let event = EncodedEvent(.lobbyMessage(text: String(repeating: "x", count: 300)))
    for _ in 0..<50 { _ = log.append(event, limits: limits) }
    #expect(log.events(after: 47)?.count == 3 && log.events(after: 46) == nil)
  }

  @Test func theLogHoldsOnToNothingThatItHasForgotten() {
    var limits = SignalingLimits()
    limits.eventLogBytes = 1000
    var log = EventLog()
    var events = (0..<20).map { _ in EncodedEvent(.lobbyMessage(text: String(repeating: "x", count: 300))) }
    let memories = events.map(Memory.init)
    for event in events { _ = log.append(event, limits: limits) }

    events = []

    #expect(memories.map(\.isHeld) == Array(repeating: false, count: 17) + [true, true, true])
    log.clear()
    #expect(memories.allSatisfy { !$0.isHeld })
  }

  @Test func deadlinesComeInTheOrderOfTime() {
    var generator = SeededGenerator(seed: 7)
    let queue = DeadlineQueue()
    let times = (0..<500).map { _ in Int64.random(in: 0..<1000, using: &generator) }
    let objects = times.map { _ in Marker() }
    for (time, object) in zip(times, objects) {
      queue.add(.session(ObjectIdentifier(object)), at: Timestamp(milliseconds: time))
    }

    let sorted = times.sorted()
    #expect(queue.next == Timestamp(milliseconds: sorted[0]))
    var taken = 0
    for now in stride(from: 0, through: 1000, by: 50) as StrideThrough<Int64> {
      taken += queue.take(until: Timestamp(milliseconds: now)).count
      #expect(taken == sorted.count { $0 <= now })
    }
    #expect(queue.next == nil)
  }

  @Test func identifiersDoNotRepeat() {
    var generator = SystemRandomNumberGenerator()
    let ids = (0..<10_000).map { _ in ParticipantID.random(using: &generator).rawValue }
    #expect(Set(ids).count == 10_000)
    #expect(ids.allSatisfy { $0.hasPrefix("p_") && $0.utf8.count == 15 })
  }

  @Test func aPolicyIsReadAsItWasWrittenAndNothingElseIs() throws {
    var room = TestRoom(name: "thé \"1\"")
    let ada = room.join("Ada")
    room.join("Bob", role: .speaker)
    let carol = room.join("Carol")
    let dan = room.join("Dan")
    room.handle(
      #""type":"setPermission","participant":"\#(dan.rawValue)","permission":"chat","allowed":false"#, from: ada)
    room.handle(#""type":"setRole","participant":"\#(dan.rawValue)","role":"audience""#, from: ada)
    room.handle(#""type":"leave""#, from: dan)
    room.handle(
      #""type":"updateRoom","locked":true,"lobbyMessage":"ten\n","endsAfter":60,"rules":{"poll":false}"#, from: ada)
    room.handle(#""type":"moderate","action":"ban","participants":["\#(carol.rawValue)"]"#, from: ada)
    var policy = room.state.policy(at: room.now)
    policy.settings.password = PasswordHash(of: "p", cost: PasswordCost(logN: 4, r: 1, p: 1))

    let bytes = policy.encoded

    #expect(RoomPolicy(decoding: bytes) == policy)
    #expect(policy.members.count == 2 && policy.bans.count == 1 && policy.removed == [carol])
    #expect(policy.restrictions.map(\.role) == [.audience] && policy.restrictions.map(\.revoked) == [.chat])
    for length in stride(from: 0, to: bytes.count, by: 7) {
      #expect(RoomPolicy(decoding: Array(bytes.prefix(length))) == nil)
    }
  }

  private final class Marker {}
}

/// What an event takes, and whether anybody still has it.
private struct Memory {
  private weak var storage: AnyObject?

  init(of event: EncodedEvent) {
    let buffer = Mirror(reflecting: event).children.lazy.compactMap { $0.value as? ByteBuffer }.first
    storage = buffer?.withVeryUnsafeBytesWithStorageManagement { $1.takeUnretainedValue() }
  }

  var isHeld: Bool { storage != nil }
}
