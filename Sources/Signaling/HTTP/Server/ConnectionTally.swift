import Synchronization

/// Counts the connections of each peer address, so that one address cannot take all there are.
final class ConnectionTally: Sendable {
  private let limit: Int
  private let exempt: TrustedProxies
  private let counts = Mutex<[IPAddress: Int]>([:])

  /// - Parameters:
  ///   - limit: connections of one address at a time.
  ///   - exempt: proxies, which bring many clients from one address.
  init(limit: Int, exempting exempt: TrustedProxies) {
    self.limit = limit
    self.exempt = exempt
  }

  /// Counts a connection in; false when its address has too many.
  func add(_ peer: IPAddress?) -> Bool {
    guard let peer, !exempt.contains(peer) else { return true }
    return counts.withLock { counts in
      guard counts[peer, default: 0] < limit else { return false }
      counts[peer, default: 0] += 1
      return true
    }
  }

  /// Counts out a connection that was counted in.
  func remove(_ peer: IPAddress?) {
    guard let peer, !exempt.contains(peer) else { return }
    counts.withLock { counts in
      let rest = counts[peer, default: 1] - 1
      counts[peer] = rest > 0 ? rest : nil
    }
  }
}
