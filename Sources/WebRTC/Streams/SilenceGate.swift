package import RTP

/// Which packets of a microphone that nobody hears are not worth opening: those that say, outside of what is encrypted, that they
/// are silent (RFC 6464).
///
/// What is not opened is not authentic, so nothing is concluded from it until a packet behind it was. Then the numbers in between
/// that came count as received, which keeps reports and requests for repairs right: skipped is not lost. One packet a second is
/// opened whatever it says, and none is skipped that is more than a few numbers ahead of the last that was; so the roll-over counter
/// of SRTP (RFC 3711 §3.3.1) stays known over every wrap, and forged silence cannot hide a packet that is none. All that whoever
/// sits on the path gains by forging is to have a lost packet believed received, or a late one taken for a repetition: less than by
/// dropping them.
package struct SilenceGate {
  /// Quieter than that is silence: breath, a quiet room. The first sound of a word is louder.
  private static let silence: UInt8 = 65
  /// As quiet as that even if the sender believes in a voice, as browsers do that never look.
  private static let deepSilence: UInt8 = 80
  /// Around a sound everything is opened, because words have silence in them.
  private static let pause = Duration.milliseconds(500)
  /// A little less than the second, for a packet is not there at every moment.
  private static let proofInterval = Duration.milliseconds(900)
  /// Numbers that fit the set of those that were skipped: more than a second's.
  private static let numberLimit = 64

  /// Whether nobody hears the microphone.
  package var isClosed = false
  /// The newest authentic packet.
  private var proven: (number: SequenceNumber, at: Instant)?
  private var soundAt = Instant.zero
  /// The numbers behind the newest authentic one that were skipped, the next in the lowest bit.
  private var skipped: UInt64 = 0

  package init() {}

  /// Whether a packet that was not opened is to be skipped, and counts as received once one behind it was opened.
  package mutating func skips(_ number: SequenceNumber, _ level: AudioLevel?, at now: Instant) -> Bool {
    guard isClosed, let level, Self.isSilent(level), let proven, now < proven.at + Self.proofInterval,
      soundAt + Self.pause <= now
    else { return false }
    let distance = proven.number.distance(to: number)
    guard 1...Self.numberLimit ~= distance, skipped & Self.bit(distance) == 0 else { return false }
    skipped |= Self.bit(distance)
    return true
  }

  /// Takes note of an authentic packet, and hands over the numbers before it that were skipped.
  package mutating func open(
    _ number: SequenceNumber, _ level: AudioLevel?, at now: Instant, _ receive: (SequenceNumber) -> Void
  ) {
    if let level, !Self.isSilent(level) { soundAt = now }
    defer { if proven == nil { proven = (number, now) } }
    guard let proven else { return }
    let distance = proven.number.distance(to: number)
    guard distance > 0 else { return }
    for place in 1..<max(min(distance, Self.numberLimit + 1), 1) where skipped & Self.bit(place) != 0 {
      receive(proven.number.advanced(by: place))
    }
    skipped = distance < UInt64.bitWidth ? skipped >> UInt64(distance) : 0
    self.proven = (number, now)
  }

  private static func isSilent(_ level: AudioLevel) -> Bool {
    level.decibelsBelowOverload >= (level.hasVoice ? deepSilence : silence)
  }

  private static func bit(_ distance: Int) -> UInt64 { 1 << UInt64(distance - 1) }
}
