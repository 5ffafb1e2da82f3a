import RTP
import SFU
import ScriptedPeer
import Testing

/// Whose microphones are heard in a room of many.
@Suite(.serialized) struct HearingTests {
  /// Louder than what is not even opened.
  private static let quiet: UInt8 = 70
  private static let loud: UInt8 = 25
  private static let memberCount = 8

  private func number(of member: RoomUnderTest.Member) -> Int { Int(member.name.dropFirst()) ?? 0 }

  /// A room of those who publish a microphone, and a listener who publishes nothing.
  private func meeting(
    of count: Int = memberCount, first: UInt16 = 2000, _ change: (RoomUnderTest.Member) -> Void = { _ in }
  ) throws -> (RoomUnderTest, [RoomUnderTest.Member], listener: RoomUnderTest.Member) {
    let room = try RoomUnderTest()
    let members = (0..<count).map { room.join("p\($0)") }
    let listener = room.add("listener")
    try #require(
      try room.run { listener.watching.isConnected && members.allSatisfy { $0.publishing.isConnected } })
    for member in members {
      member.publishing.microphoneLevel = Self.quiet
      change(member)
      member.publishing.startMicrophone(
        every: .milliseconds(20), at: SystemClock.now, first: first, numberedFrom: number(of: member) * 1_000_000)
    }
    try room.run(for: .milliseconds(800))
    return (room, members, listener)
  }

  /// What came of a member's own, since a time.
  private func heard(
    _ member: RoomUnderTest.Member, by listener: RoomUnderTest.Member, since start: Instant = .zero
  ) -> [ReceivedMedia] {
    listener.watching.received.filter {
      $0.at >= start && $0.index.map { $0 / 1_000_000 } == number(of: member)
    }
  }

  @Test func ofManyOnlyTheLoudestAreSent() throws {
    let (room, members, listener) = try meeting()
    let start = SystemClock.now
    try room.run(for: .seconds(1))

    let counts = members.map { heard($0, by: listener, since: start).count }

    #expect(counts.count { $0 > 30 } == 4, "three and one for whoever will lead: \(counts)")
    #expect(counts.count { $0 == 0 } == Self.memberCount - 4)
  }

  @Test func nothingOfTheFirstSyllableIsLost() throws {
    let (room, members, listener) = try meeting()
    let start = SystemClock.now
    try room.run(for: .milliseconds(500))
    let speaker = try #require(members.first { heard($0, by: listener, since: start).isEmpty })

    let firstLoud = try #require(speaker.publishing.microphone).count
    speaker.publishing.microphoneLevel = Self.loud
    let isHeard = try room.run { heard(speaker, by: listener, since: start).count > 60 }
    let indices = heard(speaker, by: listener, since: start).compactMap { $0.index.map { $0 % 1_000_000 } }

    let first = try #require(indices.first)
    #expect(isHeard)
    #expect(first <= firstLoud && first >= firstLoud - 20, "\(first) for \(firstLoud)")
    #expect(indices.haveNoGap)
    let media = heard(speaker, by: listener, since: start)
    #expect(media.map { Int($0.sequence) }.haveNoGap, "under numbers that go on")
    let burst = media.count { $0.at <= media[0].at + .milliseconds(5) }
    #expect((4...22).contains(burst), "\(burst) at once")
  }

  @Test func whoIsHeardAgainGoesOnInItsOwnTime() throws {
    let (room, members, listener) = try meeting()
    let speaker = try #require(members.first { !heard($0, by: listener).isEmpty })
    let others = members.filter { $0 !== speaker }
    for other in others.prefix(5) { other.publishing.microphoneLevel = Self.loud }
    let start = SystemClock.now
    try room.run(for: .seconds(2))
    try #require(heard(speaker, by: listener, since: start + .milliseconds(1500)).isEmpty, "five speak, four are heard")
    for other in others { other.publishing.microphoneLevel = Self.quiet }
    try room.run(for: .milliseconds(1200))

    speaker.publishing.microphoneLevel = Self.loud
    try room.run(for: .seconds(1))
    let media = heard(speaker, by: listener)
    let pause = try #require(
      zip(media, media.dropFirst()).first { ($1.index ?? 0) - ($0.index ?? 0) > 20 })

    #expect(pause.1.sequence == pause.0.sequence + 1)
    let packets = Int64((pause.1.index ?? 0) - (pause.0.index ?? 0))
    #expect(pause.1.timestamp - pause.0.timestamp == packets * 960, "as much time as has passed")
  }

  @Test func silenceOfThoseWhoAreNotHeardIsNotOpenedAndNotReportedAsLost() throws {
    let (room, members, listener) = try meeting(first: 32_700) { $0.publishing.microphoneLevel = 127 }
    let before = room.statistics.dropped[.silence, default: 0]
    let start = SystemClock.now
    try room.run(for: .seconds(3))

    let skipped = room.statistics.dropped[.silence, default: 0] - before
    let silent = members.filter { heard($0, by: listener, since: start).isEmpty }

    #expect(silent.count == Self.memberCount - 4)
    #expect(skipped >= 130 * UInt64(silent.count) && skipped <= 150 * UInt64(silent.count), "\(skipped)")
    for member in silent {
      #expect(member.publishing.reportedLoss == 0)
      #expect(member.publishing.repairRequestCount == 0)
      let arrived = member.publishing.arrivalCount(since: start)
      #expect(arrived >= 130, "\(arrived) of 150 arrivals are told")
    }
    let speaker = try #require(silent.first)
    speaker.publishing.microphoneLevel = Self.loud
    let isHeard = try room.run(for: .seconds(2)) { heard(speaker, by: listener, since: start).count > 20 }
    #expect(isHeard)
  }

  @Test func whoIsSelectedIsSentHoweverQuiet() throws {
    let (room, members, listener) = try meeting()
    let start = SystemClock.now
    try room.run(for: .milliseconds(300))
    let quiet = try #require(members.first { heard($0, by: listener, since: start).isEmpty })
    let player = room.watch("player", .init(audio: .init(quiet.name, .microphone)))

    let isSent = try room.run { heard(quiet, by: player).count > 20 }

    #expect(isSent)
    #expect(heard(quiet, by: listener, since: start).isEmpty)
  }

  @Test func fewAreAllHeard() throws {
    let (room, members, listener) = try meeting(of: 4)
    let start = SystemClock.now
    try room.run(for: .milliseconds(500))

    #expect(members.allSatisfy { heard($0, by: listener, since: start).count > 15 })
    #expect(room.statistics.dropped[.silence] == nil)
  }
}

extension Browser {
  /// The most that a report about what it sends says is lost.
  fileprivate var reportedLoss: Int32 {
    let reports = feedback.compactMap { report -> ReceiverReport? in
      if case .receiverReport(let receiver) = report.packet { receiver } else { nil }
    }
    return reports.flatMap(\.blocks).map(\.cumulativeLost).max() ?? 0
  }

  fileprivate var repairRequestCount: Int {
    feedback.count { if case .genericNACK = $0.packet { true } else { false } }
  }

  /// How many packets it was told of that have arrived, or have not.
  fileprivate func arrivalCount(since start: Instant) -> Int {
    feedback.filter { $0.at >= start }.reduce(0) { sum, report in
      if case .transportFeedback(let feedback) = report.packet { sum + feedback.statusCount } else { sum }
    }
  }
}
