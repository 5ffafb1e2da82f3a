import Synchronization

/// The open sessions, and how many come from each address.
final class SessionTable: Sendable {
  private struct State {
    var sessions: [ObjectIdentifier: ClientSession] = [:]
    var counts: [ClientAddress.Prefix: Int] = [:]
    var isStopping = false
  }

  private let state = Mutex(State())
  private let limits: SignalingLimits

  init(limits: SignalingLimits) {
    self.limits = limits
  }

  var count: Int { state.withLock { $0.sessions.count } }
  var isStopping: Bool { state.withLock { $0.isStopping } }
  var all: [ClientSession] { state.withLock { Array($0.sessions.values) } }

  subscript(id: ObjectIdentifier) -> ClientSession? { state.withLock { $0.sessions[id] } }

  /// Takes a session in, unless its address or the server has too many, or the server stops.
  func add(_ session: ClientSession) throws(SignalingError) {
    let refusal: SignalingError? = state.withLock { state in
      guard !state.isStopping else { return SignalingError(.shuttingDown, "The server is stopping.") }
      let count = state.counts[session.address.prefix, default: 0]
      guard count < limits.sessionsPerAddress, state.sessions.count < limits.sessions else {
        return SignalingError(.tooManySessions, "There are too many connections.", retryAfter: .seconds(30))
      }
      state.counts[session.address.prefix] = count + 1
      state.sessions[ObjectIdentifier(session)] = session
      return nil
    }
    if let refusal { throw refusal }
  }

  func remove(_ session: ClientSession) {
    state.withLock { state in
      guard state.sessions.removeValue(forKey: ObjectIdentifier(session)) != nil else { return }
      let count = state.counts[session.address.prefix, default: 1] - 1
      state.counts[session.address.prefix] = count > 0 ? count : nil
    }
  }

  /// Takes nobody in any more.
  func stop() {
    state.withLock { $0.isStopping = true }
  }
}
