import RTP
import SFU
import TestSupport
import Testing

/// Conversations in virtual time: who leads is asked as often as a worker asks.
@Suite struct DominantSpeakerTests {
  private struct Conversation {
    var microphones: [VirtualMicrophone]
    private(set) var election = DominantSpeaker()
    private(set) var now = Instant(nanoseconds: 5_000_000_000)
    private var nextElection: Instant
    /// Who led, from when on.
    private(set) var leaders: [(speaker: UInt64?, at: Instant)] = []

    init(of count: UInt64, electingAfter delay: Duration = .zero) {
      microphones = (1...count).map { VirtualMicrophone($0) }
      nextElection = now + delay
    }

    var leader: UInt64? { election.current?.rawValue }

    mutating func go(on time: Duration) {
      for _ in 0..<Int(time / .milliseconds(20)) {
        for index in microphones.indices { microphones[index].send(at: now) }
        now += .milliseconds(20)
        guard nextElection <= now else { continue }
        nextElection = now + DominantSpeaker.interval
        let candidates = microphones.map { DominantSpeaker.Candidate($0.speaker, $0.activity.scores(at: now)) }
        if election.elect(among: candidates, at: now) { leaders.append((leader, now)) }
      }
    }
  }

  /// The first of `count` has spoken for a while, and leads.
  private func conversation(of count: UInt64, electingAfter delay: Duration = .zero) -> Conversation {
    var conversation = Conversation(of: count, electingAfter: delay)
    conversation.go(on: .seconds(1))
    conversation.microphones[0].speaks()
    conversation.go(on: .seconds(5))
    return conversation
  }

  @Test func whoSpeaksLeadsWithinASecond() throws {
    let conversation = conversation(of: 3)

    let first = try #require(conversation.leaders.first)
    #expect(conversation.leaders.count == 1 && first.speaker == 1)
    #expect(first.at - Instant(nanoseconds: 6_000_000_000) <= .seconds(1))
  }

  /// Whenever in a word the other begins, and whenever it is asked.
  @Test(arguments: 0..<8, [0, 100, 200])
  func whoAnswersLeadsWithinASecond(offset: Int, delay: Int) throws {
    var conversation = conversation(of: 3, electingAfter: .milliseconds(delay))
    let turn = conversation.now

    conversation.microphones[0].isSilent()
    conversation.microphones[1].speaks(from: offset * 4)
    conversation.go(on: .seconds(5))

    let second = try #require(conversation.leaders.dropFirst().first)
    #expect(conversation.leaders.count == 2 && second.speaker == 2)
    #expect(second.at - turn <= .milliseconds(1300), "\(second.at - turn)")
    #expect(second.at - turn >= .milliseconds(300))
  }

  @Test(arguments: 0..<10)
  func aCoughChangesNothing(offset: Int) {
    var conversation = conversation(of: 3)

    for _ in 0..<10 {
      conversation.go(on: .milliseconds(20) * offset)
      conversation.microphones[1].picksUp(15, for: .milliseconds(200))
      conversation.go(on: .seconds(1))
    }

    #expect(conversation.leaders.map(\.speaker) == [1])
  }

  @Test(arguments: 0..<10)
  func aCoughIntoAThoughtfulPauseChangesNothing(offset: Int) {
    var conversation = conversation(of: 3)
    conversation.microphones[0].isSilent()
    conversation.go(on: .seconds(2) + .milliseconds(20) * offset)

    conversation.microphones[1].picksUp(15, for: .milliseconds(200))
    conversation.go(on: .seconds(2))

    #expect(conversation.leaders.map(\.speaker) == [1])
  }

  @Test(arguments: 0..<10)
  func agreementWithAWordChangesNothing(offset: Int) {
    var conversation = conversation(of: 3)

    for _ in 0..<10 {
      conversation.go(on: .milliseconds(20) * offset)
      conversation.microphones[2].picksUp(25, for: .milliseconds(300))
      conversation.go(on: .seconds(1))
    }

    #expect(conversation.leaders.map(\.speaker) == [1])
  }

  @Test func fansOfDifferentLoudnessChangeNothing() {
    var conversation = Conversation(of: 4)
    conversation.microphones[1].picksUp([38])
    conversation.microphones[2].picksUp([40, 42, 39, 41])
    conversation.microphones[3].picksUp([55, 60])
    conversation.go(on: .seconds(1))

    conversation.microphones[0].speaks()
    conversation.go(on: .seconds(60))

    #expect(conversation.leaders.map(\.speaker) == [1])
  }

  /// A loud noise may be the beginning of speech for as long as it can be without a pause.
  @Test func aFanThatIsSwitchedOnLeadsForAMomentAtMost() {
    var conversation = conversation(of: 2)

    conversation.microphones[1].picksUp([38])
    conversation.go(on: .seconds(2))
    let leader = conversation.leader
    conversation.go(on: .seconds(60))

    #expect(leader == 1 && conversation.leader == 1)
    #expect(conversation.leaders.count <= 3)
  }

  @Test func ofTwoWhoSpeakAtOnceNoneIsPreferredByTurns() {
    var conversation = conversation(of: 2)

    conversation.microphones[1].speaks(from: 13)
    conversation.go(on: .seconds(60))

    #expect(conversation.leaders.count < 20, "\(conversation.leaders.count) changes in a minute")
  }

  @Test func nobodyLeadsAfterALongSilence() throws {
    var conversation = conversation(of: 2)
    let end = conversation.now

    conversation.microphones[0].isSilent()
    conversation.go(on: .seconds(30))

    #expect(conversation.leaders.map(\.speaker) == [1, nil])
    let silence = try #require(conversation.leaders.last).at - end
    #expect((DominantSpeaker.longestSilence...DominantSpeaker.longestSilence + .seconds(2)).contains(silence))
  }

  @Test func whoHasLeftLeadsNoLonger() {
    var conversation = conversation(of: 2)

    conversation.microphones.removeFirst()
    conversation.go(on: .milliseconds(300))

    #expect(conversation.leaders.map(\.speaker) == [1, nil])
  }

  /// An encoder's sound may be music for hours.
  @Test func whoTellsNoLevelsLeadsWhileNobodyIsKnownToSpeak() {
    var (election, encoder, microphone) = (DominantSpeaker(), SpeechActivity(), VirtualMicrophone(2))
    var leaders: [UInt64?] = []
    for number in 0..<500 {
      let now = Instant(nanoseconds: Int64(number) * 20_000_000)
      if number == 250 { microphone.speaks() }
      encoder.hear(isSound: true, timestamp: Int64(number) * 960, at: now)
      microphone.send(at: now)
      guard number % 15 == 14 else { continue }
      let candidates = [
        DominantSpeaker.Candidate(.init(rawValue: 1), encoder.scores(at: now)),
        DominantSpeaker.Candidate(microphone.speaker, microphone.activity.scores(at: now)),
      ]
      if election.elect(among: candidates, at: now) { leaders.append(election.current?.rawValue) }
    }

    #expect(leaders == [1, 2])
  }
}
