/// Who was turned away a moment ago, so that nobody is asked about the same person again and again.
struct Denials: Sendable {
  /// How long somebody who was denied cannot wait again.
  static let pause = Duration.seconds(60)
  /// More than a host denies in a minute; the oldest are forgotten first.
  private static let maximum = 256

  private var denials: [(profile: BrowserProfile, until: Timestamp)] = []

  mutating func append(_ profile: BrowserProfile, at now: Timestamp) {
    denials = (denials.filter { $0.until > now } + [(profile, now + Self.pause)]).suffix(Self.maximum)
  }

  /// How long somebody with this profile must stay away; nil if it may wait. Those whom nothing tells apart but the address are taken for one.
  func wait(_ profile: BrowserProfile, at now: Timestamp) -> Duration? {
    let until = denials.last { denied in
      if profile.isDistinct || denied.profile.isDistinct { return denied.profile.isSameBrowser(as: profile) }
      return denied.profile.address == profile.address
    }?.until
    guard let until, until > now else { return nil }
    return until - now
  }
}
