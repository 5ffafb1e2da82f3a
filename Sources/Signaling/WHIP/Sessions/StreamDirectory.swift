import HTTPTypes
import Synchronization

/// Which WHIP and WHEP sessions there are, how many of each address, and how fast each address asks.
final class StreamDirectory: Sendable {
  private struct Key: Hashable {
    let address: ClientAddress.Prefix
    let streamProtocol: StreamProtocol

    init(_ session: StreamSession) {
      (address, streamProtocol) = (session.address.prefix, session.streamProtocol)
    }
  }

  private struct Count {
    var all = 0
    /// Of these, the ones whose connection is not up yet.
    var halfOpen = 0
  }

  private struct State {
    var sessions: [StreamSessionID: StreamSession] = [:]
    var halfOpen: Set<StreamSessionID> = []
    var counts: [Key: Count] = [:]
    var requests: RateTable<ClientAddress.Prefix>
    var failures: RateTable<ClientAddress.Prefix>
    var isStopping = false
  }

  private let limits: SignalingLimits
  private let state: Mutex<State>

  init(limits: SignalingLimits) {
    self.limits = limits
    state = Mutex(
      State(requests: RateTable(limits.streamRequests), failures: RateTable(limits.passwordTriesPerAddress)))
  }

  // MARK: Limits

  /// Counts a request of this address, whatever it asks for.
  func take(_ address: ClientAddress, at now: Timestamp) throws(DoorFailure) {
    if let pause = state.withLock({ $0.requests.take(address.prefix, at: now) }) {
      throw DoorFailure(.tooManyRequests, "These are too many requests.", retryAfter: pause)
    }
  }

  /// Throws if this address has shown too many wrong keys and tokens to show another.
  func mayTry(_ address: ClientAddress, at now: Timestamp) throws(DoorFailure) {
    if let pause = state.withLock({ $0.failures.wait(address.prefix, at: now) }) {
      throw DoorFailure(.tooManyRequests, "There were too many wrong keys: wait a moment.", retryAfter: pause)
    }
  }

  /// Counts a wrong key or token.
  func failed(_ address: ClientAddress, at now: Timestamp) {
    state.withLock { _ = $0.failures.take(address.prefix, at: now) }
  }

  // MARK: Sessions

  func add(_ session: StreamSession) throws(DoorFailure) {
    let failure: DoorFailure? = state.withLock { state in
      guard !state.isStopping else { return DoorFailure(SignalingError(.shuttingDown, "The server is stopping.")) }
      guard state.sessions.count < limits.streams else {
        return DoorFailure(.serviceUnavailable, "The server has no place for more.", retryAfter: .seconds(30))
      }
      var count = state.counts[Key(session)] ?? Count()
      guard count.halfOpen < limits.halfOpen(session.streamProtocol), count.all < limits.streamsPerAddress else {
        return DoorFailure(.tooManyRequests, "Too many come from this address.", retryAfter: .seconds(15))
      }
      count.all += 1
      count.halfOpen += 1
      state.counts[Key(session)] = count
      state.sessions[session.id] = session
      state.halfOpen.insert(session.id)
      return nil
    }
    if let failure { throw failure }
  }

  func connected(_ session: StreamSession) {
    state.withLock { state in
      guard state.halfOpen.remove(session.id) != nil else { return }
      state.counts[Key(session)]?.halfOpen -= 1
    }
  }

  func remove(_ session: StreamSession) {
    connected(session)
    state.withLock { state in
      guard state.sessions.removeValue(forKey: session.id) != nil else { return }
      let all = (state.counts[Key(session)]?.all ?? 1) - 1
      if all > 0 { state.counts[Key(session)]?.all = all } else { state.counts[Key(session)] = nil }
    }
  }

  subscript(id: StreamSessionID) -> StreamSession? { state.withLock { $0.sessions[id] } }

  /// The session that a path names, if it is one of this room and protocol.
  func session(at path: DoorPath) -> StreamSession? {
    guard let session = path.session.flatMap({ self[$0] }), session.room == path.room,
      session.streamProtocol == path.streamProtocol
    else { return nil }
    return session
  }

  // MARK: All of them

  var statistics: [StreamProtocol: Int] {
    state.withLock { state in
      state.counts.reduce(into: [:]) { $0[$1.key.streamProtocol, default: 0] += $1.value.all }
    }
  }

  /// Takes nobody in any more, and lets nobody wait.
  func stop() {
    let sessions = state.withLock { state in
      state.isStopping = true
      return Array(state.sessions.values)
    }
    for session in sessions { session.end() }
  }
}

extension SignalingLimits {
  /// How many connections of one address may be on their way up.
  fileprivate func halfOpen(_ streamProtocol: StreamProtocol) -> Int {
    switch streamProtocol {
    case .whip: halfOpenPublishers
    case .whep: halfOpenViewers
    }
  }
}
