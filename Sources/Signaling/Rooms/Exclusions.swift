/// Who may not come back for the life of the room.
struct Exclusions: Sendable, Equatable {
  /// Enough for any room; the oldest are forgotten first.
  private static let maximumBans = 256
  private static let maximumRemoved = 1024

  private(set) var removed: [ParticipantID] = []
  private(set) var bans: [BrowserProfile] = []

  init(removed: [ParticipantID] = [], bans: [BrowserProfile] = []) {
    self.removed = removed.suffix(Self.maximumRemoved)
    self.bans = bans.suffix(Self.maximumBans)
  }

  mutating func remove(_ participant: ParticipantID) {
    self = Exclusions(removed: removed + [participant], bans: bans)
  }

  mutating func ban(_ profile: BrowserProfile) {
    self = Exclusions(removed: removed, bans: bans + [profile])
  }

  /// Whether somebody with this profile was banned: by cookie, by the client's own value, or by address if no cookie tells it from others there.
  func isBanned(_ profile: BrowserProfile) -> Bool {
    bansBrowser(of: profile) || profile.cookie == nil && bans.contains { $0.address == profile.address }
  }

  /// Whether this very browser was banned. For those who are in the room already: an address alone puts nobody out.
  func bansBrowser(of profile: BrowserProfile) -> Bool {
    bans.contains { $0.isSameBrowser(as: profile) }
  }
}
