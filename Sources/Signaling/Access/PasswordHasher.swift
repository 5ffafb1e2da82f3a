import NIOPosix
import Synchronization

/// Hashes and checks passwords off the cooperative threads, two at once at the most.
///
/// Hashing is dear on purpose, so that what anybody on the network can ask for must not take the machine: more than two wait, and
/// when too many wait, the next is refused.
package final class PasswordHasher: Sendable {
  private struct Gate {
    var free: Int
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private static let atOnce = 2
  /// At about 80 ms each, nobody waits longer than three seconds.
  private static let waitingLimit = 64

  private let cost: PasswordCost
  private let gate = Mutex(Gate(free: PasswordHasher.atOnce))

  package init(cost: PasswordCost) {
    self.cost = cost
  }

  /// The hash to keep of a new password. Throws `rateLimited` when too many are being hashed.
  package func hash(_ password: String) async throws(SignalingError) -> PasswordHash {
    let cost = self.cost
    return try await run { PasswordHash(of: password, cost: cost) }
  }

  /// Whether this is the password. Throws `rateLimited` when too many are being hashed.
  package func matches(_ password: String, _ hash: PasswordHash) async throws(SignalingError) -> Bool {
    try await run { hash.matches(password) }
  }

  private func run<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async throws(SignalingError) -> Result {
    try await enter()
    defer { leave() }
    do {
      return try await NIOThreadPool.singleton.runIfActive(work)
    } catch {
      throw SignalingError(.shuttingDown, "The server is stopping.")
    }
  }

  private func enter() async throws(SignalingError) {
    let isFull = gate.withLock { $0.free == 0 && $0.waiting.count >= Self.waitingLimit }
    guard !isFull else {
      throw SignalingError(.rateLimited, "Too many people are trying passwords now.", retryAfter: .seconds(3))
    }
    await withCheckedContinuation { continuation in
      let isFree = gate.withLock { gate in
        guard gate.free == 0 else {
          gate.free -= 1
          return true
        }
        gate.waiting.append(continuation)
        return false
      }
      if isFree { continuation.resume() }
    }
  }

  private func leave() {
    let next: CheckedContinuation<Void, Never>? = gate.withLock { gate in
      guard !gate.waiting.isEmpty else {
        gate.free += 1
        return nil
      }
      return gate.waiting.removeFirst()
    }
    next?.resume()
  }
}
