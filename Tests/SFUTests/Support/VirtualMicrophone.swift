import RTP
import SFU

/// Packets of a microphone in virtual time, one every 20 ms.
struct VirtualMicrophone {
  /// Decibels below overload.
  static let speech: UInt8 = 25
  static let quiet: UInt8 = 75

  let speaker: Participant.Handle
  var activity = SpeechActivity()
  private var packetCount: Int64 = 0
  /// What it picks up from now on, packet by packet; begins anew at the end.
  private var levels: [UInt8] = [Self.quiet]
  private var next = 0

  init(_ number: UInt64) {
    speaker = Participant.Handle(rawValue: number)
  }

  mutating func picksUp(_ levels: [UInt8]) {
    (self.levels, next) = (levels, 0)
  }

  /// Words of half a second with pauses of a sixth between them, as people speak; `offset` packets have been said already.
  mutating func speaks(from offset: Int = 0) {
    let syllable = [UInt8](repeating: Self.speech, count: 10) + [45, 50]
    let words = syllable + syllable + [UInt8](repeating: Self.quiet, count: 8)
    picksUp(Array(words[(offset % words.count)...] + words[..<(offset % words.count)]))
  }

  mutating func isSilent() { picksUp([Self.quiet]) }

  /// Something short, then silence as before.
  mutating func picksUp(_ level: UInt8, for time: Duration) {
    let silence = [UInt8](repeating: Self.quiet, count: 3000)
    picksUp([UInt8](repeating: level, count: Int(time / .milliseconds(20))) + silence)
  }

  mutating func send(at now: Instant) {
    let level = AudioLevel(hasVoice: false, decibelsBelowOverload: levels[next % levels.count])
    activity.hear(level, timestamp: packetCount * 960, at: now)
    packetCount += 1
    next += 1
  }
}
