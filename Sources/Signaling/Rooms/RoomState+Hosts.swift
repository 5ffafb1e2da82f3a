extension RoomState {
  /// Passes the owner's mark and the role of host on when their holder is gone.
  mutating func settleHosts(at now: Timestamp) {
    if case .awaited(_, let until) = ownership {
      guard until <= now else { return }
      ownership = .none
    }
    if let holder = ownership.holder, participants[holder] != nil { return }
    ownership = .none
    guard let successor else { return }
    ownership = .interim(successor.id, formerRole: successor.role)
    // What was revoked rests meanwhile, and holds again when the owner is back.
    change(successor.id) { participant in
      participant.role = .host
      participant.isOwner = true
    }
  }

  /// Makes somebody owner and host; whoever stood in for the owner goes back to what it was.
  mutating func takeOver(by id: ParticipantID) {
    if case .interim(let deputy, let formerRole) = ownership {
      change(deputy) { participant in
        participant.role = formerRole
        participant.isOwner = false
      }
    }
    ownership = .owner(id)
    change(id) { participant in
      participant.role = .host
      participant.isOwner = true
      participant.revoked = []
    }
  }

  /// Gives the room to somebody else. The giver stays as co-host; the room's old host key is worth nothing any more if it was the owner's to give.
  mutating func transfer(
    from giver: ParticipantID, to receiver: ParticipantID, using generator: inout some RandomNumberGenerator
  ) {
    let old = ownership
    if case .owner = old {
      ownership = .owner(receiver)
      tell(.hostKey(makeHostKey(using: &generator)), to: .one(receiver))
    } else {
      ownership = .interim(receiver, formerRole: participants[receiver]?.role ?? .participant)
    }
    change(giver) { participant in
      participant.role = .cohost
      participant.isOwner = false
      if case .interim(_, let formerRole) = old { participant.role = formerRole }
    }
    change(receiver) { participant in
      participant.role = .host
      participant.isOwner = true
      participant.revoked = []
    }
  }

  /// Makes the key that proves who owns the room; only its hash is kept.
  mutating func makeHostKey(using generator: inout some RandomNumberGenerator) -> String {
    // 26 characters of five bits: not to be guessed.
    let key = "hk_" + randomCharacters(26, using: &generator)
    hostKeyHash = sha256(Array(key.utf8))
    for id in participants.keys { participants[id]?.cameByHostKey = false }
    emit(.keep)
    return key
  }

  /// Makes the key worthless by which this host came, now that it is to be none any more; the owner is given a new one.
  ///
  /// While somebody stands in, the key stays: it is what the absent owner comes back with.
  mutating func voidHostKey(of id: ParticipantID, using generator: inout some RandomNumberGenerator) {
    guard participants[id]?.cameByHostKey == true, case .owner(let owner) = ownership, owner != id else { return }
    tell(.hostKey(makeHostKey(using: &generator)), to: .one(owner))
  }

  /// Who follows a host that is gone: by role, then whoever is connected, then who has been here longest.
  private var successor: Participant? {
    participants.values
      .filter(\.mayOwn)
      .compactMap { participant in participant.role.succession.map { (participant, $0) } }
      .min { left, right in
        let (left, right) = (rank(left.0, left.1), rank(right.0, right.1))
        return left.lexicographicallyPrecedes(right)
      }?.0
  }

  private func rank(_ participant: Participant, _ succession: Int) -> [Int] {
    [succession, participant.presence.isConnected ? 0 : 1, participant.order]
  }
}
