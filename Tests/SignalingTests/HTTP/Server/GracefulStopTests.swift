import Signaling
import Testing

@Suite(.timeLimit(.minutes(1))) struct GracefulStopTests {
  @Test func doesNotWaitForIdleConnections() async throws {
    try await TestServer.run { server in
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
}
