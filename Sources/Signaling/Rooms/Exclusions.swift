/// Who may not come back for the life of the room.
struct Exclusions: Sendable, Equatable {
  /// Enough for any room; the oldest are forgotten first.
  private static let maximumBans = 256
  private static let maximumRemoved = 1024

  private(set) var removed: [ParticipantID] = []
  private(set) var bans: [Ban] = []

  init(removed: [ParticipantID] = [], bans: [Ban] = []) {
    self.removed = removed.suffix(Self.maximumRemoved)
    self.bans = bans.suffix(Self.maximumBans)
  }

  mutating func remove(_ participant: ParticipantID) {
    self = Exclusions(removed: removed + [participant], bans: bans)
  }

  mutating func ban(_ profile: BrowserProfile, at now: Timestamp) {
    self = Exclusions(removed: removed, bans: bans + [Ban(profile: profile, time: now)])
  }

  /// Whether somebody with this profile was banned: as this browser, or by address if no cookie tells it from others there.
  func isBanned(_ profile: BrowserProfile) -> Bool {
    bansBrowser(of: profile) || profile.cookie == nil && bans.contains { $0.profile.address == profile.address }
  }

  /// Whether somebody may be who was banned, with a new cookie: at the same address, with a cookie younger than the ban.
  func doubts(_ profile: BrowserProfile) -> Bool {
    bans.contains { $0.profile.address == profile.address && !profile.hasCookie(since: $0.time) }
  }

  /// Whether this very browser was banned. For those who are in the room already: an address alone puts nobody out.
  func bansBrowser(of profile: BrowserProfile) -> Bool {
    bans.contains { $0.profile.isSameBrowser(as: profile) }
  }
}

/// Somebody who was banned, and when.
package struct Ban: Sendable, Hashable {
  package let profile: BrowserProfile
  package let time: Timestamp
}
