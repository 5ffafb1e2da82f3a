/// Lets wrong passwords be tried only so often, per room and browser and per room and address, and asks before hashing.
///
/// Only wrong tries count, so a class behind one address that knows the password is not kept out, and one who guesses among them
/// keeps out no one else; while as many are being checked as could still be wrong, the next wait for them.
actor PasswordGate {
  /// Who tries. Those whose browsers have no cookie are one to us.
  struct Key: Hashable, Sendable {
    let room: RoomName
    let address: ClientAddress.Prefix
    let cookie: String?

    /// Everybody who tries from the same address.
    fileprivate var neighbours: Key { Key(room: room, address: address, cookie: "*") }
  }

  /// So many wait for one room and address; more are sent away.
  private static let maximumWaiting = 64

  private let hasher: PasswordHasher
  private let clock: SignalingClock
  private var ownTries: RateTable<Key>
  private var neighboursTries: RateTable<Key>
  private var checking: [Key: Int] = [:]
  private var waiting: [Key: [CheckedContinuation<Void, Never>]] = [:]

  /// - Parameters:
  ///   - rate: wrong tries of one browser.
  ///   - addressRate: wrong tries of all from one address.
  init(hasher: PasswordHasher, rate: Rate, addressRate: Rate, clock: SignalingClock) {
    self.hasher = hasher
    self.clock = clock
    ownTries = RateTable(rate)
    neighboursTries = RateTable(addressRate)
  }

  /// Throws `wrongPassword` unless the password matches; with `retryAfter`, and without looking, after too many wrong ones.
  func check(_ password: String, matches hash: PasswordHash, for key: Key) async throws(SignalingError) {
    try await enter(key)
    defer { leave(key) }
    guard try await hasher.matches(password, hash, for: key.address) else {
      _ = ownTries.take(key, at: clock.now())
      _ = neighboursTries.take(key.neighbours, at: clock.now())
      throw SignalingError(.wrongPassword, "This is not the password of the room.")
    }
  }

  private func enter(_ key: Key) async throws(SignalingError) {
    let neighbours = key.neighbours
    while !mayTry(key) {
      let now = clock.now()
      let wait = ownTries.wait(key, at: now) ?? neighboursTries.wait(neighbours, at: now)
      guard wait == nil, waiting[neighbours, default: []].count < Self.maximumWaiting else {
        throw SignalingError(
          .wrongPassword, "There were too many tries: wait a moment.", retryAfter: wait ?? .seconds(5))
      }
      await withCheckedContinuation { waiting[neighbours, default: []].append($0) }
    }
    checking[key, default: 0] += 1
    checking[neighbours, default: 0] += 1
  }

  private func mayTry(_ key: Key) -> Bool {
    let now = clock.now()
    return ownTries.tokens(key, at: now) > checking[key, default: 0]
      && neighboursTries.tokens(key.neighbours, at: now) > checking[key.neighbours, default: 0]
  }

  private func leave(_ key: Key) {
    for key in [key, key.neighbours] {
      checking[key, default: 1] -= 1
      if checking[key] == 0 { checking[key] = nil }
    }
    let released = waiting.removeValue(forKey: key.neighbours) ?? []
    for continuation in released { continuation.resume() }
  }
}
