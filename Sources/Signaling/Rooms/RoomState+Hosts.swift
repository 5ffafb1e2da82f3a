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
    change(successor.id) { participant in
      participant.role = .host
      participant.isOwner = true
      participant.revoked = []
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
    emit(.keep)
    return key
  }

  /// Who follows a host that is gone: by role, then whoever is connected, then who has been here longest.
  private var successor: Participant? {
    participants.values
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
