package import RTP

/// Whether somebody speaks, by the levels in their packets (RFC 6464). Trivial, and a few additions for each packet.
///
/// Speech stands out from what is always there: the level of the quiet between words is followed, down at once and up slowly, so
/// that a fan is taken for silence after a while and speech never is.
package struct Speech {
  /// Quieter is breath, a keyboard, the next room; in decibels below overload, like all levels here.
  package static let threshold = 45
  /// So much louder than the quiet speech is.
  package static let prominence = 8
  /// Loud packets in a row before it is speech: 80 ms at the usual 20, less than a syllable and more than a knock.
  package static let packetCount = 4
  /// The quiet grows by a decibel in so many packets, in a second at the usual 20 ms.
  private static let packetsPerDecibel = 50
  /// Opus tells of silence in fewer bytes (RFC 6716 §3.4).
  private static let silenceByteCount = 10
  /// Pauses between words are shorter.
  package static let pause = Duration.milliseconds(600)
  /// Who speaks is told again so often, for there may be no slot at first.
  package static let newsInterval = Duration.milliseconds(200)

  /// The level of the quiet, in parts of a decibel.
  private var quiet = (threshold + prominence) * packetsPerDecibel
  private var loudCount = 0
  private var nextNews = Instant.zero
  /// When it was last heard to speak.
  package private(set) var spokeAt: Instant?

  package init() {}

  /// Takes note of a packet; true when somebody speaks who should be heard.
  package mutating func hear(_ level: AudioLevel, at now: Instant) -> Bool {
    let level = Int(level.decibelsBelowOverload)
    quiet = max(quiet - 1, level * Self.packetsPerDecibel)
    let isLoud = level <= Self.threshold && level + Self.prominence <= quiet / Self.packetsPerDecibel
    return hear(isLoud: isLoud, at: now)
  }

  /// Takes note of a packet of somebody who tells no levels: encoders and players of files. Sound is taken for speech there.
  package mutating func hear(isSound: Bool, at now: Instant) -> Bool {
    hear(isLoud: isSound, at: now)
  }

  /// Whether a packet is more than silence: only what is too small to be sound is taken for that.
  package static func isSound(payloadByteCount: Int) -> Bool { payloadByteCount > silenceByteCount }

  private mutating func hear(isLoud: Bool, at now: Instant) -> Bool {
    loudCount = isLoud ? min(loudCount + 1, Self.packetCount * 2) : max(loudCount - 1, 0)
    guard isLoud, loudCount >= Self.packetCount else { return false }
    spokeAt = now
    guard nextNews <= now else { return false }
    nextNews = now + Self.newsInterval
    return true
  }

  /// Whether it speaks, or pauses between words.
  package func isOngoing(at now: Instant) -> Bool {
    spokeAt.map { $0 + Self.pause > now } ?? false
  }
}
