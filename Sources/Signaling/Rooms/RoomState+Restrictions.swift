extension Participant {
  /// Whether it was put below the role it came in with.
  fileprivate func isDemoted(in role: Role) -> Bool { role.permissions.isStrictSubset(of: entryRole.permissions) }
}

extension RoomState {
  /// The role somebody has of its own, whoever it stands in for.
  func ownRole(of participant: Participant) -> Role {
    if case .interim(participant.id, let formerRole) = ownership { formerRole } else { participant.role }
  }

  /// What somebody with this browser may not do: what it left behind, and what holds for its other tabs.
  func restriction(of profile: BrowserProfile) -> Restriction? {
    let tabs = participants.values.filter { $0.profile.isSameBrowser(as: profile) }.compactMap(restriction(on:))
    return tabs.reduce(restrictions.restriction(of: profile)) { $0?.joined(with: $1) ?? $1 }
  }

  /// Keeps what was taken from somebody who leaves.
  mutating func keepRestriction(on participant: Participant) {
    if let restriction = restriction(on: participant) { restrictions.keep(restriction) }
  }

  /// Takes from a newcomer what was taken from its browser before.
  mutating func restrict(_ newcomer: inout Participant) {
    guard let restriction = restriction(of: newcomer.profile) else { return }
    newcomer.revoked.formUnion(restriction.revoked)
    if let role = restriction.role, role.permissions.isStrictSubset(of: newcomer.role.permissions) {
      newcomer.role = role
    }
    restrictions.forget(newcomer.profile)
  }

  private func restriction(on participant: Participant) -> Restriction? {
    let role = ownRole(of: participant)
    let isDemoted = participant.isDemoted(in: role)
    guard participant.profile.isDistinct, isDemoted || !participant.revoked.isEmpty else { return nil }
    return Restriction(
      profile: participant.profile, role: isDemoted ? role : nil, revoked: participant.revoked)
  }
}
