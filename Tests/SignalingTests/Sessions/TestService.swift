import NIOCore
import Signaling
import TestSupport
import Testing

/// A signalling service in virtual time.
struct TestService {
  static let keys = ServerKeys(master: Array(0..<32))

  let service: SignalingService
  let clock: TestClock

  init(
    clock: TestClock = TestClock(), mediaPlane: (any MediaPlane)? = nil, dataDirectory: String? = nil,
    _ configure: (inout SignalingConfiguration) -> Void = { _ in }
  ) {
    var configuration = SignalingConfiguration()
    configuration.passwordCost = PasswordCost(logN: 4, r: 1, p: 1)
    configuration.dataDirectory = dataDirectory
    configure(&configuration)
    self.clock = clock
    service = SignalingService(
      configuration: configuration, keys: Self.keys, mediaPlane: mediaPlane, clock: clock.signalingClock)
  }

  /// A browser that has opened its WebSocket and said hello.
  func connect(
    from address: ClientAddress = .loopback, cookie: String? = nil
  ) async throws -> TestClient {
    let client = try TestClient(service, from: address, cookie: cookie)
    try await client.succeed(#""type":"hello","versions":[1]"#)
    return client
  }

  /// A browser that is in the room, or waits before it.
  func join(
    _ room: String, as name: String, from address: ClientAddress = .loopback, cookie: String? = nil,
    _ fields: String = ""
  ) async throws -> TestClient {
    let client = try await connect(from: address, cookie: cookie)
    try await client.join(room, as: name, fields)
    return client
  }

  /// Lets time pass, second by second.
  func pass(_ duration: Duration) async {
    var left = duration
    while left > .zero {
      let step = min(left, .seconds(1))
      clock.move(by: step)
      await service.advance()
      left -= step
    }
  }
}
