import RTP
import SFU
import TestSupport
import Testing

/// The scores of Volfin and Cohen, from levels that come every 20 ms.
@Suite struct SpeechActivityTests {
  private var now = Instant(nanoseconds: 1_000_000_000)
  private var packetCount: Int64 = 0

  private mutating func send(_ level: UInt8, _ count: Int, to activity: inout SpeechActivity) {
    for _ in 0..<count {
      activity.hear(AudioLevel(hasVoice: false, decibelsBelowOverload: level), timestamp: packetCount * 960, at: now)
      packetCount += 1
      now += .milliseconds(20)
    }
  }

  /// ln C(n, k) − n ln 2 − ln λ + λ k, calculated by hand.
  @Test mutating func scoresAreThoseOfTheBinomialAgainstTheExponentialDistribution() {
    var activity = SpeechActivity()
    send(90, 50, to: &activity)

    send(27, 5, to: &activity)
    let afterATenth = activity.scores(at: now)
    send(27, 44, to: &activity)
    let afterASecond = activity.scores(at: now)

    #expect(abs(afterATenth.immediate - 4.7) < 0.1, "10 of 13 steps: \(afterATenth.immediate)")
    #expect(abs(afterATenth.medium - 113.36) < 0.1, "5 of 5: \(afterATenth.medium)")
    #expect(abs(afterATenth.long - 38.52) < 0.1, "1 of 10: \(afterATenth.long)")
    #expect(afterATenth.loudTime == .milliseconds(100))
    #expect(abs(afterASecond.long - 414.53) < 0.1, "9 of 10: \(afterASecond.long)")
    #expect(afterASecond.loudTime == .milliseconds(980))
  }

  @Test mutating func whatIsAlwaysThereScoresNothing() {
    var (fan, speaker) = (SpeechActivity(), SpeechActivity())

    send(38, 100, to: &fan)
    let ofTheFan = fan.scores(at: now)
    send(38, 100, to: &speaker)
    send(20, 10, to: &speaker)
    let ofTheSpeaker = speaker.scores(at: now)

    #expect(ofTheFan.loudTime == .zero && ofTheFan.immediate == SpeechActivity.Scores.nothing)
    #expect(ofTheSpeaker.loudTime == .milliseconds(200), "speech stands out from a fan")
  }

  @Test mutating func aFanThatIsSwitchedOnIsTakenForSilenceAfterASecond() {
    var activity = SpeechActivity()
    send(80, 100, to: &activity)

    send(38, 40, to: &activity)
    let early = activity.scores(at: now)
    send(38, 15, to: &activity)
    let late = activity.scores(at: now)
    send(20, 10, to: &activity)
    let speaking = activity.scores(at: now)

    #expect(early.loudTime == .milliseconds(800))
    #expect(late.loudTime == .zero)
    #expect(speaking.loudTime == .milliseconds(200), "and speech stands out from it")
  }

  @Test mutating func aNoiseThatComesAndGoesIsTakenForSilenceInTime() {
    var activity = SpeechActivity()
    send(90, 100, to: &activity)
    for _ in 0..<60 {
      send(38, 45, to: &activity)
      send(45, 5, to: &activity)
    }

    let late = activity.scores(at: now)

    #expect(late.loudTime == .zero, "its quietest moments are what is always there")
  }

  @Test mutating func aMicrophoneThatStopsSendingIsSilentAfterAMoment() {
    var activity = SpeechActivity()
    send(80, 10, to: &activity)
    send(25, 49, to: &activity)

    let late = activity.scores(at: now + .milliseconds(30))
    let pausing = activity.scores(at: now + .milliseconds(500))
    let gone = activity.scores(at: now + .seconds(2))

    #expect(late.loudTime == .milliseconds(980), "a packet may be late")
    #expect((.milliseconds(400)...(.milliseconds(560))).contains(pausing.loudTime), "\(pausing.loudTime)")
    #expect(pausing.immediate == SpeechActivity.Scores.nothing)
    #expect(gone == SpeechActivity.Scores())
  }

  @Test mutating func packetsThatComeInABurstCountAsTheyWereSpoken() {
    var (steady, bursty) = (SpeechActivity(), SpeechActivity())
    for number in 0..<60 {
      let level = AudioLevel(hasVoice: false, decibelsBelowOverload: number % 10 < 5 ? 80 : 25)
      let spoken = now + .milliseconds(20) * number
      steady.hear(level, timestamp: Int64(number) * 960, at: spoken)
      // Of each fifth of a second at its end.
      bursty.hear(level, timestamp: Int64(number) * 960, at: now + .milliseconds(200) * (number / 10 + 1))
    }

    let end = now + .milliseconds(1200)

    #expect(steady.scores(at: end) == bursty.scores(at: end))
    #expect(steady.scores(at: end).loudTime == .milliseconds(500))
  }

  @Test mutating func longFramesStandForAllTheirTime() {
    var (short, long) = (SpeechActivity(), SpeechActivity())
    let level = AudioLevel(hasVoice: true, decibelsBelowOverload: 25)
    let quiet = AudioLevel(hasVoice: false, decibelsBelowOverload: 90)
    short.hear(quiet, timestamp: 0, at: now)
    long.hear(quiet, timestamp: 0, at: now)
    for number in 1...60 { short.hear(level, timestamp: Int64(number) * 960, at: now + .milliseconds(20) * number) }
    for number in 1...20 { long.hear(level, timestamp: Int64(number) * 2880, at: now + .milliseconds(60) * number) }

    let end = now + .milliseconds(1200)

    #expect(short.scores(at: end) == long.scores(at: end))
  }

  @Test mutating func aPacketThatComesLateChangesNothingAndAnotherStreamBeginsAnew() {
    var activity = SpeechActivity()
    send(80, 10, to: &activity)
    send(25, 20, to: &activity)
    let before = activity.scores(at: now)

    activity.hear(AudioLevel(hasVoice: false, decibelsBelowOverload: 80), timestamp: (packetCount - 3) * 960, at: now)
    let after = activity.scores(at: now)
    activity.hear(AudioLevel(hasVoice: false, decibelsBelowOverload: 25), timestamp: -1_000_000_000, at: now)
    let anew = activity.scores(at: now)

    #expect(before == after && before.loudTime == .milliseconds(400))
    #expect(anew.loudTime == .milliseconds(20))
  }
}
