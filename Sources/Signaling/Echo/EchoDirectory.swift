import Synchronization

/// Which connection tests there are, and how many of each address.
final class EchoDirectory: Sendable {
  private struct State {
    var echoes: [RoomID: EchoTest] = [:]
    var counts: [ClientAddress.Prefix: Int] = [:]
    var started: RateTable<ClientAddress.Prefix>
  }

  private let plane: (any MediaPlane)?
  private let limits: SignalingLimits
  private let metrics: SignalingMetrics
  private let state: Mutex<State>

  init(plane: (any MediaPlane)?, limits: SignalingLimits, metrics: SignalingMetrics) {
    self.plane = plane
    self.limits = limits
    self.metrics = metrics
    state = Mutex(State(started: RateTable(limits.echoesStarted)))
  }

  var all: [EchoTest] { state.withLock { Array($0.echoes.values) } }
  var count: Int { state.withLock { $0.echoes.count } }

  subscript(id: RoomID) -> EchoTest? { state.withLock { $0.echoes[id] } }

  /// Makes a test for this session, unless its address or the server has too many.
  func make(for session: ClientSession, at now: Timestamp) throws(SignalingError) -> EchoTest {
    guard let plane, plane.modes.contains(.echo) else {
      throw SignalingError(.mediaUnavailable, "This server has no media to test the connection with.")
    }
    let echo = EchoTest(session: session, plane: plane, directory: self, metrics: metrics)
    guard !plane.isFull(for: echo.id) else { throw .serverBusy }
    if let refusal = state.withLock({ add(echo, to: &$0, at: now) }) { throw refusal }
    return echo
  }

  func remove(_ echo: EchoTest) {
    state.withLock { state in
      guard state.echoes.removeValue(forKey: echo.id) != nil else { return }
      let count = state.counts[echo.address, default: 1] - 1
      state.counts[echo.address] = count > 0 ? count : nil
    }
  }

  private func add(_ echo: EchoTest, to state: inout State, at now: Timestamp) -> SignalingError? {
    let count = state.counts[echo.address, default: 0]
    guard count < limits.echoesPerAddress, state.echoes.count < limits.echoes else {
      return SignalingError(.tooManyEchoes, "Too many connections are being tested.", retryAfter: .seconds(10))
    }
    if let wait = state.started.take(echo.address, at: now) {
      return SignalingError(.tooManyEchoes, "You are testing the connection too often.", retryAfter: wait)
    }
    state.counts[echo.address] = count + 1
    state.echoes[echo.id] = echo
    return nil
  }
}
