package import RTP
import WebRTC

/// How much one microphone speaks, over a moment, a tenth of a second and a second: the measures of Volfin and Cohen, "Dominant
/// speaker identification for multipoint videoconferencing" (2012). Trivial; a few additions for each packet.
///
/// The levels of the last second are kept, one for each 20 ms. What they come to is calculated only when it is asked for: how far
/// each stands above the quiet of this microphone, how many of five do so clearly, how many of ten such fives are full; and of each
/// count, how much likelier it is with speech than without.
package struct SpeechActivity {
  /// How likely it is that somebody speaks, at the three scales; `nothing` is as good as none.
  package struct Scores: Equatable {
    package static let nothing = 1e-10

    package var immediate = nothing
    package var medium = nothing
    package var long = nothing
    /// For how much of the last second it was loud.
    package var loudTime = Duration.zero
    /// Decibels above silence, the mean of the last second.
    package var loudness = 0
    /// Whether the levels were told. Those of encoders are not; nobody knows how loud they are.
    package var isMeasured = true

    package init() {}
  }

  /// The time that one level stands for.
  private static let slotTime = Duration.milliseconds(20)
  private static let slotTicks: Int64 = 960
  private static let slotCount = 50
  /// A level that stands for more packets than these was sent after a pause: the longest frame of Opus is 120 ms long.
  private static let longestFrame: Int64 = 6
  /// A microphone that sends nothing for longer is silent, not late.
  private static let patience = Duration.milliseconds(60)
  /// Levels are told apart by so many decibels, which makes thirteen steps of what the extension can say.
  private static let stepSize: UInt8 = 10
  private static let stepCount = 13
  /// Above this step it is loud: about 47 dB below overload.
  private static let loudStep = 7
  /// So many levels make a tenth of a second, so many of those a second.
  private static let mediumCount = 5
  private static let longCount = 10
  /// A tenth of a second counts when all of it is loud.
  private static let fullMedium = 4
  /// The rates of the exponential distributions that the counts have in silence.
  private static let rates = (immediate: 0.78, medium: 24.0, long: 47.0)
  /// The quiet is found anew in so many levels: the lowest of fifteen seconds.
  private static let quietWindow = 750
  /// For those who tell no levels: just loud.
  private static let assumedLevel: UInt8 = 80

  /// Decibels above silence, one for each slot; the newest is at `newest`.
  private var levels = InlineArray<50, UInt8>(repeating: 0)
  private var newest = 0
  private var newestSlot: Int64?
  private var heardAt = Instant.zero
  private var isMeasured = true
  /// The level of what is always there, and the lowest since it was set; zero for none yet.
  private var quiet: UInt8 = 0
  private var nextQuiet: UInt8 = 0
  private var nextQuietCount = 0

  package init() {}

  /// Takes note of a packet whose timestamp, on the clock of Opus, is `timestamp`.
  package mutating func hear(_ level: AudioLevel, timestamp: Int64, at now: Instant) {
    let level = AudioLevel.silence - min(level.decibelsBelowOverload, AudioLevel.silence)
    guard enter(level, timestamp, now) else { return }
    isMeasured = true
    followQuiet(level)
  }

  /// Takes note of a packet of somebody who tells no levels.
  package mutating func hear(isSound: Bool, timestamp: Int64, at now: Instant) {
    guard enter(isSound ? Self.assumedLevel : 0, timestamp, now) else { return }
    isMeasured = false
  }

  /// False for a packet that came late.
  private mutating func enter(_ level: UInt8, _ timestamp: Int64, _ now: Instant) -> Bool {
    let slot = timestamp / Self.slotTicks
    let distance = newestSlot.map { slot - $0 } ?? 1
    // What lies further back than is kept is of another stream.
    guard distance > 0 || distance < -Int64(Self.slotCount) else { return false }
    newestSlot = slot
    heardAt = now
    if distance > Self.longestFrame || distance <= 0 {
      for _ in 0..<min(distance > 0 ? distance - 1 : .max, Int64(Self.slotCount)) { append(0) }
      append(level)
    } else {
      for _ in 0..<distance { append(level) }
    }
    return true
  }

  private mutating func append(_ level: UInt8) {
    newest = newest + 1 < Self.slotCount ? newest + 1 : 0
    levels[newest] = level
  }

  /// What is always there is heard in the pauses: it falls at once, and rises halfway to what was lowest of late.
  private mutating func followQuiet(_ level: UInt8) {
    guard level > 0 else { return }
    guard quiet > 0, level >= quiet else {
      (quiet, nextQuiet, nextQuietCount) = (level, 0, 0)
      return
    }
    nextQuiet = nextQuiet == 0 ? level : min(nextQuiet, level)
    nextQuietCount += 1
    guard nextQuietCount >= Self.quietWindow else { return }
    quiet = UInt8((Int(quiet) + Int(nextQuiet)) / 2)
    (nextQuiet, nextQuietCount) = (0, 0)
  }

  // MARK: Scores

  /// How likely it is that somebody speaks now.
  package func scores(at now: Instant) -> Scores {
    var scores = Scores()
    scores.isMeasured = isMeasured
    let silentCount = silentSlotCount(at: now)
    guard silentCount < Self.slotCount else { return scores }
    let quiet = quietNow(after: silentCount)
    var (loudCount, fullCount, firstMedium) = (0, 0, 0)
    for medium in 0..<Self.longCount {
      let count = (0..<Self.mediumCount).count { place in
        step(medium * Self.mediumCount + place - silentCount, above: quiet) > Self.loudStep
      }
      loudCount += count
      if count > Self.fullMedium { fullCount += 1 }
      if medium == 0 { firstMedium = count }
    }
    scores.loudTime = Self.slotTime * loudCount
    scores.loudness = loudness(after: silentCount)
    scores.immediate = Self.score(step(-silentCount, above: quiet), of: Self.stepCount, Self.rates.immediate)
    scores.medium = Self.score(firstMedium, of: Self.mediumCount, Self.rates.medium)
    scores.long = Self.score(fullCount, of: Self.longCount, Self.rates.long)
    return scores
  }

  private func silentSlotCount(at now: Instant) -> Int {
    guard newestSlot != nil, heardAt + Self.patience < now else { return newestSlot == nil ? Self.slotCount : 0 }
    return Int(min((now - heardAt).nanoseconds / Self.slotTime.nanoseconds, Int64(Self.slotCount)))
  }

  /// What is always there, and what has been there for all of the last second: a fan that was just switched on has no syllables.
  private func quietNow(after silentCount: Int) -> UInt8 {
    guard silentCount == 0 else { return quiet }
    var lowest = UInt8.max
    for age in 0..<Self.slotCount { lowest = min(lowest, level(age)) }
    return max(quiet, lowest)
  }

  private func loudness(after silentCount: Int) -> Int {
    var sum = 0
    for age in 0..<Self.slotCount - silentCount { sum += Int(level(age)) }
    return sum / Self.slotCount
  }

  private func level(_ age: Int) -> UInt8 { levels[(newest - age + Self.slotCount) % Self.slotCount] }

  /// How far the level of so many slots ago stands out; a slot that has not come is silent.
  private func step(_ age: Int, above quiet: UInt8) -> Int {
    guard age >= 0 else { return 0 }
    let level = level(age)
    guard !isMeasured || level >= quiet + Self.stepSize else { return 0 }
    return Int(level / Self.stepSize)
  }

  /// How much likelier `count` of `total` is with speech, where each is as likely as not, than without: a logarithm.
  private static func score(_ count: Int, of total: Int, _ rate: Double) -> Double {
    var combinations = 1.0
    for factor in 0..<min(count, total) { combinations = combinations * Double(total - factor) / Double(factor + 1) }
    let withSpeech = naturalLogarithm(combinations) - Double(total) * naturalLogarithm(2)
    let without = naturalLogarithm(rate) - rate * Double(count)
    return max(withSpeech - without, Scores.nothing)
  }
}
