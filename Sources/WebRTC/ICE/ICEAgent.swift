package import RTP
package import STUN

/// The ICE agent of one peer: lite, so it never asks, and always controlled (RFC 8445 §2.5).
///
/// It answers connectivity checks that know the password and says nothing to anybody else. Every path that a valid check came
/// by belongs to the peer, announced or not, because a lite agent learns of all of them as peer-reflexive. Which of them is
/// used is the peer's choice; see `ICEAgent+Nomination`. A path on which the peer gives no sign of life for 30 seconds is
/// forgotten, and with the last path everything stops; see `receivedMedia` for what is a sign.
package struct ICEAgent {
  /// What became of a datagram.
  package enum Outcome: Equatable, Sendable {
    case answered
    case refused(STUNErrorCode)
    case dropped(ICEDropReason)
  }

  /// RFC 7675 §5.1.
  package static let defaultConsentTimeout = Duration.seconds(30)
  /// A browser with Wi-Fi, cellular and a VPN, each with IPv4 and IPv6, has six; above this the oldest goes, if it is quiet.
  package static let maximumPathCount = 8
  /// Browsers check a path twice in that time. So a peer takes eight paths in that time at most, whatever it sends from where, and with
  /// them places in tables that it shares with others.
  package static let replaceableAfter = Duration.seconds(5)

  private let consentTimeout: Duration
  package private(set) var credentials: ServerCredentials
  /// The credentials from before a restart, answered until the first valid check with the new ones.
  private var retiring: ServerCredentials?
  /// How many restarts the peer has taken part in by a check.
  private(set) var restartCount = 0
  /// The last moment at which the peer showed itself, by a check, by authentic media or by asking for a restart.
  var lastSign: Instant
  var paths: [ICEPath] = []
  package private(set) var state = ICEState.checking
  /// The path that everything is sent on.
  package internal(set) var selectedPath: FiveTuple?
  /// The highest NOMINATION value of this session.
  var highestNomination: UInt32?

  package init(_ credentials: ServerCredentials, consentTimeout: Duration = defaultConsentTimeout, at now: Instant) {
    self.credentials = credentials
    self.consentTimeout = consentTimeout
    lastSign = now
  }

  /// When `advance` wants to be called next.
  package var nextDeadline: Instant {
    guard state != .disconnected else { return .distantFuture }
    let firstLapse = paths.lazy.map(\.lastSign).min() ?? lastSign
    return firstLapse + consentTimeout
  }

  /// How many paths belong to the peer now.
  package var pathCount: Int { paths.count }

  /// Whether packets that come by this path belong to the peer.
  package func owns(_ path: FiveTuple) -> Bool {
    paths.contains { $0.tuple == path }
  }

  /// Takes a STUN datagram that is addressed to this agent.
  package mutating func receive(
    _ datagram: RawSpan, on path: FiveTuple, at now: Instant, into outbox: inout ICEOutbox
  ) -> Outcome {
    do throws(ICEDropReason) {
      let check = try ConnectivityCheck(parsing: datagram)
      let key = try verifiedKey(of: check, in: datagram)
      guard state != .disconnected else { throw .consentLapsed }
      guard hasRoom(for: path, at: now) else { throw .tooManyPaths }
      let answer = ConnectivityAnswer(to: check, from: path.remote)
      try? outbox.datagrams.append(on: path) { (output) throws(WireError) in
        try answer.write(madeWith: key, into: &output)
      }
      switch answer.kind {
      case .refusal(let code): return .refused(code)
      case .success(let priority):
        accept(check, priority: priority, on: path, at: now, into: &outbox)
        return .answered
      }
    } catch {
      return .dropped(error)
    }
  }

  /// The key of the credentials that the check names and proves to know.
  private func verifiedKey(of check: ConnectivityCheck, in datagram: RawSpan) throws(ICEDropReason) -> STUNIntegrityKey
  {
    let named = [credentials, retiring].compactMap { $0 }.first { $0.ufrag == check.ufrag }
    guard let named else { throw .unknownUser }
    guard check.message.hasIntegrity(madeWith: named.key, in: datagram) else { throw .wrongIntegrity }
    return named.key
  }

  /// Enters a valid check into the table and draws the consequences.
  private mutating func accept(
    _ check: ConnectivityCheck, priority: UInt32, on tuple: FiveTuple, at now: Instant, into outbox: inout ICEOutbox
  ) {
    if check.ufrag == credentials.ufrag { retireOldCredentials(into: &outbox) }
    lastSign = max(lastSign, now)
    let previous = paths.first { $0.tuple == tuple }
    if let index = paths.firstIndex(where: { $0.tuple == tuple }) {
      paths[index].update(by: check, priority: priority, restartCount: restartCount, at: now)
    } else {
      makeRoom(into: &outbox)
      paths.append(ICEPath(tuple, checkedBy: check, priority: priority, restartCount: restartCount, at: now))
      outbox.events.append(.pathAdded(tuple))
    }
    considerNomination(of: tuple, previous: previous, at: now, into: &outbox)
  }

  private func hasRoom(for path: FiveTuple, at now: Instant) -> Bool {
    guard paths.count >= Self.maximumPathCount, !owns(path) else { return true }
    return oldestPath.map { $0.lastSign + Self.replaceableAfter <= now } ?? false
  }

  /// The path that has been quiet for longest, beside that in use.
  private var oldestPath: ICEPath? {
    paths.filter { $0.tuple != selectedPath }.min { $0.lastSign < $1.lastSign }
  }

  /// Forgets the path that has been quiet for longest, if there are too many.
  private mutating func makeRoom(into outbox: inout ICEOutbox) {
    guard paths.count >= Self.maximumPathCount, let oldest = oldestPath else { return }
    remove(oldest.tuple, into: &outbox)
  }

  private mutating func remove(_ tuple: FiveTuple, into outbox: inout ICEOutbox) {
    guard let index = paths.firstIndex(where: { $0.tuple == tuple }) else { return }
    paths.remove(at: index)
    outbox.events.append(.pathRemoved(tuple))
  }

  mutating func enter(_ newState: ICEState, into outbox: inout ICEOutbox) {
    guard state != newState else { return }
    state = newState
    outbox.events.append(.stateChanged(newState))
  }
}

// MARK: - Restart and the end
extension ICEAgent {
  /// Answers to new credentials from now on (RFC 8445 §9), and to the old ones until the peer has used the new.
  ///
  /// Media goes on meanwhile on the path in use. An agent whose consent had lapsed comes back to life.
  package mutating func restart(with credentials: ServerCredentials, at now: Instant, into outbox: inout ICEOutbox) {
    if let retiring { outbox.events.append(.credentialsRetired(retiring.ufrag)) }
    retiring = self.credentials
    self.credentials = credentials
    lastSign = max(lastSign, now)
    if state == .disconnected { enter(.checking, into: &outbox) }
  }

  private mutating func retireOldCredentials(into outbox: inout ICEOutbox) {
    guard let old = retiring else { return }
    retiring = nil
    restartCount += 1
    highestNomination = nil
    outbox.events.append(.credentialsRetired(old.ufrag))
  }

  /// The TCP connection of a path has ended.
  package mutating func connectionClosed(_ path: FiveTuple, into outbox: inout ICEOutbox) {
    remove(path, into: &outbox)
    selectAnother(into: &outbox)
  }

  /// Ends: no path belongs to the peer any more, and none of its credentials is answered.
  package mutating func close(into outbox: inout ICEOutbox) {
    for path in paths { remove(path.tuple, into: &outbox) }
    selectedPath = nil
    for ended in [retiring, credentials].compactMap({ $0 }) { outbox.events.append(.credentialsRetired(ended.ufrag)) }
    retiring = nil
    enter(.disconnected, into: &outbox)
  }

  /// Forgets the paths on which the peer has been silent for too long.
  package mutating func advance(to now: Instant, into outbox: inout ICEOutbox) {
    guard state != .disconnected else { return }
    for path in paths where path.lastSign + consentTimeout <= now { remove(path.tuple, into: &outbox) }
    selectAnother(into: &outbox)
    guard paths.isEmpty, lastSign + consentTimeout <= now else { return }
    enter(.disconnected, into: &outbox)
  }

  /// If the path in use is gone, goes on with the one on which the peer showed itself last.
  private mutating func selectAnother(into outbox: inout ICEOutbox) {
    guard let selectedPath, !owns(selectedPath) else { return }
    self.selectedPath = nil
    guard let latest = paths.max(by: { $0.lastSign < $1.lastSign }) else {
      enter(.checking, into: &outbox)
      return
    }
    select(latest.tuple, isNominated: latest.nomination != .none, into: &outbox)
  }
}
