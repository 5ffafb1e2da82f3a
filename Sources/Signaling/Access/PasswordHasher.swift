import NIOPosix
import Synchronization

/// Hashes and checks passwords off the cooperative threads, two at once at the most.
///
/// Hashing is dear on purpose, so that what anybody on the network can ask for must not take the machine: more than two wait, and
/// when too many wait, the next is refused. Addresses take turns, so that none makes the others wait for all it asks.
package final class PasswordHasher: Sendable {
  private struct Gate {
    var free: Int
    var waiting = FairQueue<ClientAddress.Prefix, CheckedContinuation<Void, Never>>(limit: 256, limitPerSource: 32)
  }

  private static let atOnce = 2

  private let cost: PasswordCost
  private let gate = Mutex(Gate(free: PasswordHasher.atOnce))

  package init(cost: PasswordCost) {
    self.cost = cost
  }

  /// The hash to keep of a new password. Throws `rateLimited` when too many are being hashed.
  package func hash(_ password: String, for source: ClientAddress.Prefix) async throws(SignalingError) -> PasswordHash {
    let cost = self.cost
    return try await run(for: source) { PasswordHash(of: password, cost: cost) }
  }

  /// Whether this is the password. Throws `rateLimited` when too many are being hashed.
  package func matches(
    _ password: String, _ hash: PasswordHash, for source: ClientAddress.Prefix
  ) async throws(SignalingError) -> Bool {
    try await run(for: source) { hash.matches(password) }
  }

  private func run<Result: Sendable>(
    for source: ClientAddress.Prefix, _ work: @escaping @Sendable () -> Result
  ) async throws(SignalingError) -> Result {
    try await enter(for: source)
    defer { leave() }
    do {
      return try await NIOThreadPool.singleton.runIfActive(work)
    } catch {
      throw SignalingError(.shuttingDown, "The server is stopping.")
    }
  }

  private func enter(for source: ClientAddress.Prefix) async throws(SignalingError) {
    let isFull = gate.withLock { $0.free == 0 && !$0.waiting.hasRoom(for: source) }
    guard !isFull else {
      throw SignalingError(.rateLimited, "Too many people are trying passwords now.", retryAfter: .seconds(3))
    }
    await withCheckedContinuation { continuation in
      let isFree = gate.withLock { gate in
        guard gate.free == 0 else {
          gate.free -= 1
          return true
        }
        gate.waiting.append(continuation, from: source)
        return false
      }
      if isFree { continuation.resume() }
    }
  }

  private func leave() {
    let next: CheckedContinuation<Void, Never>? = gate.withLock { gate in
      if let next = gate.waiting.popFirst() { return next }
      gate.free += 1
      return nil
    }
    next?.resume()
  }
}
