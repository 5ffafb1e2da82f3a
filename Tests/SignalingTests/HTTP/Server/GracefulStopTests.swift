import NIOCore
import Signaling
import Testing

@Suite(.timeLimit(.minutes(1))) struct GracefulStopTests {
  @Test func tellsSocketsWhyAndEnds() async throws {
    try await RunningServer.run { server in
      try await RawConnection.openWebSocket(port: server.port) { connection in
        try await connection.send(frame: RawConnection.Frame.ping, [])
        _ = try await connection.frame()

        async let stopped: Void = server.stop()
        let close = try await connection.closeFrame()
        try await connection.send(frame: RawConnection.Frame.close, close.payload)
        try await stopped

        #expect(close.closeCode == 1001)
        #expect(close.closeReason == "serverStopping")
      }
    }
  }

  @Test func doesNotWaitForIdleConnections() async throws {
    try await RunningServer.run { server in
      try await RawConnection.open(port: server.port) { used in
        let status = try await used.request("GET", "/healthz").status
        #expect(status == 200)
        try await RawConnection.open(port: server.port) { fresh in
          try await server.stop()
          #expect(try await used.readToEnd().isEmpty)
          #expect(try await fresh.readToEnd().isEmpty)
        }
      }
    }
  }

  @Test func doesNotWaitForSocketsThatDoNotAnswer() async throws {
    try await RunningServer.run {
      $0.limits.webSocket.closeTimeout = .milliseconds(50)
      $0.limits.webSocket.stopTimeout = .milliseconds(100)
    } _: { server in
      try await RawConnection.openWebSocket(port: server.port) { connection in
        try await server.stop()
        let code = try await connection.closeFrame().closeCode
        #expect(code == 1001)
      }
    }
  }
}
