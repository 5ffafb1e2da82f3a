/// Lets wrong passwords be tried only so often, per room and address, and asks before hashing.
///
/// Only wrong tries count, so a class behind one address that knows the password is not kept out; while as many are being checked as
/// could still be wrong, the next wait for them.
actor PasswordGate {
  struct Key: Hashable, Sendable {
    let room: RoomName
    let address: ClientAddress.Prefix
  }

  /// So many wait for one room and address; more are sent away.
  private static let maximumWaiting = 64

  private let hasher: PasswordHasher
  private let clock: SignalingClock
  private var wrongTries: RateTable<Key>
  private var checking: [Key: Int] = [:]
  private var waiting: [Key: [CheckedContinuation<Void, Never>]] = [:]

  init(hasher: PasswordHasher, rate: Rate, clock: SignalingClock) {
    self.hasher = hasher
    self.clock = clock
    wrongTries = RateTable(rate)
  }

  /// Throws `wrongPassword` unless the password matches; with `retryAfter`, and without looking, after too many wrong ones.
  func check(_ password: String, matches hash: PasswordHash, for key: Key) async throws(SignalingError) {
    try await enter(key)
    defer { leave(key) }
    guard try await hasher.matches(password, hash) else {
      _ = wrongTries.take(key, at: clock.now())
      throw SignalingError(.wrongPassword, "This is not the password of the room.")
    }
  }

  private func enter(_ key: Key) async throws(SignalingError) {
    while wrongTries.tokens(key, at: clock.now()) <= checking[key, default: 0] {
      let wait = wrongTries.wait(key, at: clock.now())
      guard wait == nil, waiting[key, default: []].count < Self.maximumWaiting else {
        throw SignalingError(
          .wrongPassword, "There were too many tries: wait a moment.", retryAfter: wait ?? .seconds(5))
      }
      await withCheckedContinuation { waiting[key, default: []].append($0) }
    }
    checking[key, default: 0] += 1
  }

  private func leave(_ key: Key) {
    checking[key, default: 1] -= 1
    if checking[key] == 0 { checking[key] = nil }
    let released = waiting.removeValue(forKey: key) ?? []
    for continuation in released { continuation.resume() }
  }
}
