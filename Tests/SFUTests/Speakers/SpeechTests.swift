import RTP
import SFU
import TestSupport
import Testing

/// Who speaks is known by the levels of packets that come every 20 ms.
@Suite struct SpeechTests {
  private struct Microphone {
    var speech = Speech()
    var now = Instant(nanoseconds: 1_000_000_000)
    var newsCount = 0

    mutating func send(_ level: UInt8, for time: Duration) {
      for _ in 0..<Int(time / .milliseconds(20)) {
        if speech.hear(AudioLevel(hasVoice: true, decibelsBelowOverload: level), at: now) { newsCount += 1 }
        now += .milliseconds(20)
      }
    }
  }

  @Test func aSyllableIsSpeechAndAKnockIsNot() {
    var knocking = Microphone()
    var speaking = Microphone()

    for _ in 0..<20 {
      knocking.send(10, for: .milliseconds(60))
      knocking.send(70, for: .milliseconds(200))
    }
    speaking.send(70, for: .seconds(1))
    speaking.send(25, for: .milliseconds(100))

    #expect(knocking.newsCount == 0 && knocking.speech.spokeAt == nil)
    #expect(speaking.newsCount == 1 && speaking.speech.isOngoing(at: speaking.now))
  }

  @Test func aPauseBetweenWordsEndsNothingAndSilenceDoes() {
    var microphone = Microphone()
    microphone.send(30, for: .milliseconds(400))

    microphone.send(80, for: .milliseconds(400))
    let afterAPause = microphone.speech.isOngoing(at: microphone.now)
    microphone.send(80, for: .milliseconds(400))

    #expect(afterAPause)
    #expect(!microphone.speech.isOngoing(at: microphone.now))
  }

  @Test func aFanIsTakenForSilenceAfterAWhileAndSpeechNeverIs() {
    var fan = Microphone()
    var speaker = Microphone()

    fan.send(38, for: .seconds(20))
    let newsOfTheFan = fan.newsCount
    fan.send(38, for: .seconds(20))
    for _ in 0..<60 {  // a minute of words of half a second
      speaker.send(25, for: .milliseconds(500))
      speaker.send(65, for: .milliseconds(500))
    }

    #expect(fan.newsCount == newsOfTheFan && !fan.speech.isOngoing(at: fan.now))
    #expect(speaker.speech.isOngoing(at: speaker.now))
    fan.send(25, for: .milliseconds(200))
    #expect(fan.speech.isOngoing(at: fan.now), "speech stands out from the fan")
  }

  @Test func whoGoesOnSpeakingIsToldFiveTimesASecondAtMost() {
    var microphone = Microphone()

    microphone.send(25, for: .seconds(2))

    #expect((8...10).contains(microphone.newsCount), "\(microphone.newsCount)")
  }
}
