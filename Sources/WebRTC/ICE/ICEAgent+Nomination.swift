package import RTP
package import STUN

/// Which path is used: the peer decides, and says so in one of three ways.
///
/// *Regular* nomination (RFC 8445): paths are checked plainly first, and then the checks of one carry USE-CANDIDATE; that is a
/// decision, obeyed at once. *Aggressive* nomination (RFC 5245): all checks carry it from the first, so it decides nothing, and
/// the highest pair priority wins. *Renomination*: the highest number wins. A NAT that gives the peer a new port looks like the
/// second with equal priority, and moves at once too.
extension ICEAgent {
  /// A path on which an aggressive peer has been silent for so long, with checks due every five seconds or so, is likely dead.
  static let staleAfter = Duration.seconds(8)

  /// Selects the path of a check that was just accepted, if the peer wants it; `previous` is the path before the check.
  mutating func considerNomination(
    of tuple: FiveTuple, previous: ICEPath?, at now: Instant, into outbox: inout ICEOutbox
  ) {
    guard let path = paths.first(where: { $0.tuple == tuple }) else { return }
    let current = paths.first { $0.tuple == selectedPath }
    if wins(path, previous: previous, over: current, at: now) {
      select(tuple, isNominated: path.nomination != .none, into: &outbox)
    }
    if case .numbered(let value) = path.nomination { highestNomination = max(highestNomination ?? value, value) }
  }

  private func wins(_ path: ICEPath, previous: ICEPath?, over current: ICEPath?, at now: Instant) -> Bool {
    guard let current else { return true }  // the first valid check selects its path, nominated or not
    guard path.nomination != .none else { return false }
    guard current.tuple != path.tuple else { return true }
    guard current.restartCount == restartCount, current.nomination != .none else { return true }
    switch (path.nomination, highestNomination) {
    case (.numbered(let value), let highest?): return value > highest
    case (.numbered, nil): return true
    case (.flagged, .some): return false  // a peer that numbers its nominations means the numbers
    case (.flagged, nil), (.none, _): break
    }
    if let previous, previous.nomination == .none, previous.restartCount == restartCount { return true }
    return path.priority >= current.priority || now - current.lastSign > Self.staleAfter
  }

  /// Takes note that fresh, authentic media or feedback came by a path: the peer is alive there, and may have moved.
  ///
  /// Consent is what a full agent gets by asking (RFC 7675 §5.1); a lite one asks nothing and has only what the peer sends of
  /// its own accord. Keepalives are due only where nothing else is sent (RFC 8445 §11), and some stacks check a path no more
  /// often than that: by checks alone, their calls would end in the middle of a conversation. SRTP and SRTCP prove no less
  /// than a check does, namely knowledge of a secret of this session, on a path that was checked; and they cannot be replayed,
  /// which a check can. Silence still ends the sending.
  ///
  /// A peer that moved without saying so is followed if it also checked that path more recently than the selected one. What
  /// merely arrives late by the path it has left moves nothing.
  package mutating func receivedMedia(on tuple: FiveTuple, at now: Instant, into outbox: inout ICEOutbox) {
    guard let index = paths.firstIndex(where: { $0.tuple == tuple }) else { return }
    paths[index].noteSign(at: now)
    lastSign = max(lastSign, now)
    guard tuple != selectedPath, let current = paths.first(where: { $0.tuple == selectedPath }),
      paths[index].lastCheck > current.lastCheck
    else { return }
    select(tuple, isNominated: paths[index].nomination != .none, into: &outbox)
  }

  mutating func select(_ tuple: FiveTuple, isNominated: Bool, into outbox: inout ICEOutbox) {
    if selectedPath != tuple {
      selectedPath = tuple
      outbox.events.append(.selected(tuple))
    }
    enter(isNominated || state == .completed ? .completed : .connected, into: &outbox)
  }
}
