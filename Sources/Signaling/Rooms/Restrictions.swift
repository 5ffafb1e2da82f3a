/// What was taken from somebody, so that leaving and joining again gives nothing back.
package struct Restriction: Sendable, Equatable {
  package var profile: BrowserProfile
  /// The role somebody was put down to; nil if it had the one it came with.
  package var role: Role?
  package var revoked: Permissions

  package init(profile: BrowserProfile, role: Role? = nil, revoked: Permissions) {
    self.profile = profile
    self.role = role
    self.revoked = revoked
  }

  /// Both restrictions at once.
  func joined(with other: Restriction) -> Restriction {
    let roles = [role, other.role].compactMap { $0 }
    return Restriction(
      profile: profile, role: roles.min { $0.permissions.isStrictSubset(of: $1.permissions) },
      revoked: revoked.union(other.revoked))
  }
}

/// The restrictions of those who have left, each until its browser comes again or the room ends.
struct Restrictions: Sendable, Equatable {
  /// Enough for any room; the oldest are forgotten first.
  private static let maximum = 256

  private(set) var kept: [Restriction]

  init(_ kept: [Restriction] = []) {
    self.kept = kept.suffix(Self.maximum)
  }

  mutating func keep(_ restriction: Restriction) {
    kept = (kept + [restriction]).suffix(Self.maximum)
  }

  func restriction(of profile: BrowserProfile) -> Restriction? {
    kept.filter { $0.profile.isSameBrowser(as: profile) }.reduce(nil) { $0?.joined(with: $1) ?? $1 }
  }

  /// Forgets what is from now on somebody's in the room.
  mutating func forget(_ profile: BrowserProfile) {
    kept.removeAll { $0.profile.isSameBrowser(as: profile) }
  }
}
