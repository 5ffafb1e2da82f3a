import RTP
import STUN

/// One five-tuple on which the peer has proved to know the password.
struct ICEPath {
  let tuple: FiveTuple
  /// The pair priority (RFC 8445 §6.1.2.3), with the peer as the controlling side.
  private(set) var priority: UInt64
  private(set) var lastCheck: Instant
  /// When the peer last showed itself here, by a check or by authentic media.
  private(set) var lastSign: Instant
  /// How many restarts had happened when the path was last checked.
  private(set) var restartCount: Int
  /// What the last check said about using the path.
  private(set) var nomination: ConnectivityCheck.Nomination

  init(_ tuple: FiveTuple, checkedBy check: ConnectivityCheck, priority: UInt32, restartCount: Int, at now: Instant) {
    self.tuple = tuple
    self.priority = Self.pairPriority(remote: priority, tuple.transport)
    self.restartCount = restartCount
    (lastCheck, lastSign) = (now, now)
    nomination = check.nomination
  }

  /// Takes note of one more valid check.
  mutating func update(by check: ConnectivityCheck, priority: UInt32, restartCount: Int, at now: Instant) {
    self.priority = Self.pairPriority(remote: priority, tuple.transport)
    self.restartCount = restartCount
    lastCheck = now
    noteSign(at: now)
    nomination = check.nomination
  }

  /// Takes note that the peer is there.
  mutating func noteSign(at now: Instant) {
    lastSign = max(lastSign, now)
  }

  /// 2^32 × min(G, D) + 2 × max(G, D) + (G > D), where our own candidates of one transport count as equally good.
  private static func pairPriority(remote: UInt32, _ transport: TransportProtocol) -> UInt64 {
    let local = LocalCandidates.priority(of: transport, preference: LocalCandidates.highestPreference)
    let (low, high) = (UInt64(min(remote, local)), UInt64(max(remote, local)))
    return low << 32 &+ 2 * high &+ (remote > local ? 1 : 0)
  }
}
