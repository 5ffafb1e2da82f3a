/// A codec in the form that two sides must agree on: what has to match for a stream of one to be decodable by the other.
package enum MediaCodec: Hashable, Sendable {
  case opus
  /// Opus repeated for redundancy (RFC 2198).
  case red
  case vp8
  case vp9(profile: UInt8)
  case h264(H264Profile, packetizationMode: UInt8)
  case h265(profile: UInt8, tier: UInt8)
  case av1(profile: UInt8)

  /// A codec without its profile.
  package enum Family: String, CaseIterable, Sendable {
    case opus
    case red
    case vp8
    case vp9
    case h264
    case h265
    case av1
  }

  package var family: Family {
    switch self {
    case .opus: return .opus
    case .red: return .red
    case .vp8: return .vp8
    case .vp9: return .vp9
    case .h264: return .h264
    case .h265: return .h265
    case .av1: return .av1
    }
  }

  package var kind: MediaKind {
    switch family {
    case .opus, .red: return .audio
    case .vp8, .vp9, .h264, .h265, .av1: return .video
    }
  }

  /// The codec that a description means, or nil if this server does not forward it.
  ///
  /// Absent parameters mean what the codec's RTP format says: VP9 and AV1 profile 0 (RFC 9628 §6, AV1 RTP §7.2), H.265 Main
  /// in the lower tier (RFC 7798 §7.1).
  package init?(_ description: CodecDescription) {
    let parameters = description.parameters ?? FormatParameters("")
    guard let family = Family(rawValue: description.name.lowercased()),
      description.clockRate == (family == .opus || family == .red ? 48_000 : 90_000)
    else { return nil }
    switch family {
    case .opus where description.channelCount == 2: self = .opus
    case .red where description.channelCount == 2: self = .red
    case .opus, .red: return nil
    case .vp8: self = .vp8
    case .vp9: self = .vp9(profile: parameters.number("profile-id") ?? 0)
    case .av1: self = .av1(profile: parameters.number("profile") ?? 0)
    case .h264: self.init(h264: parameters)
    case .h265: self.init(h265: parameters)
    }
  }

  private init?(h264 parameters: FormatParameters) {
    let mode: UInt8 = parameters.number("packetization-mode") ?? 0
    // Mode 2 interleaves, which nobody implements. Without a profile, browsers mean Constrained Baseline.
    guard mode <= 1, let profile = H264Profile(profileLevelID: parameters["profile-level-id"] ?? "42e01f") else {
      return nil
    }
    self = .h264(profile, packetizationMode: mode)
  }

  private init?(h265 parameters: FormatParameters) {
    guard (parameters["tx-mode"] ?? "SRST") == "SRST" else { return nil }
    self = .h265(profile: parameters.number("profile-id") ?? 1, tier: parameters.number("tier-flag") ?? 0)
  }
}

/// The profiles of H.264 that RTP peers use (ITU-T H.264 annex A).
package enum H264Profile: Hashable, Sendable, CaseIterable {
  case constrainedBaseline
  case baseline
  case main
  case constrainedHigh
  case high
  case highPredictive444

  /// The profile in the first two bytes of `profile-level-id` (RFC 6184 §8.1): one profile has several spellings, because the
  /// constraint bits of the second byte can narrow a larger one down.
  package init?(profileLevelID text: String) {
    guard text.utf8.count == 6, text.utf8.first != UInt8(ascii: "+"), let bits = UInt32(text, radix: 16) else {
      return nil
    }
    let constraints = UInt8(truncatingIfNeeded: bits >> 8)
    guard let profile = Self.all.first(where: { $0.matches(UInt8(bits >> 16), constraints) })?.profile else {
      return nil
    }
    self = profile
  }

  private struct Spelling {
    let profile: H264Profile
    let number: UInt8
    /// Which constraint bits are looked at, and what they must be.
    let mask: UInt8
    let value: UInt8

    func matches(_ number: UInt8, _ constraints: UInt8) -> Bool {
      self.number == number && constraints & mask == value
    }
  }

  private static let all = [
    Spelling(profile: .constrainedBaseline, number: 0x42, mask: 0b0100_1111, value: 0b0100_0000),
    Spelling(profile: .constrainedBaseline, number: 0x4D, mask: 0b1000_1111, value: 0b1000_0000),
    Spelling(profile: .constrainedBaseline, number: 0x58, mask: 0b1100_1111, value: 0b1100_0000),
    Spelling(profile: .baseline, number: 0x42, mask: 0b0100_1111, value: 0),
    Spelling(profile: .baseline, number: 0x58, mask: 0b1100_1111, value: 0b1000_0000),
    Spelling(profile: .main, number: 0x4D, mask: 0b1010_1111, value: 0),
    Spelling(profile: .high, number: 0x64, mask: 0xFF, value: 0),
    Spelling(profile: .constrainedHigh, number: 0x64, mask: 0xFF, value: 0b0000_1100),
    Spelling(profile: .highPredictive444, number: 0xF4, mask: 0xFF, value: 0),
  ]

  /// How the server writes the profile, at level 3.1 as browsers do; levels may differ between the two directions.
  var profileLevelID: String {
    switch self {
    case .constrainedBaseline: return "42e01f"
    case .baseline: return "42001f"
    case .main: return "4d001f"
    case .constrainedHigh: return "640c1f"
    case .high: return "64001f"
    case .highPredictive444: return "f4001f"
    }
  }
}
