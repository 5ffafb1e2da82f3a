import Signaling
import Testing

@Suite(.timeLimit(.minutes(1))) struct OperationRoutesTests {
  private static let token = "0123456789abcdef0123456789abcdef"

  @Test func isHealthyAndReady() async throws {
    try await RunningServer.run { server in
      try await RawConnection.open(port: server.port) { connection in
        let text = try await connection.request("GET", "/healthz").text
        #expect(text == "ok\n")
        let text2 = try await connection.request("GET", "/readyz").text
        #expect(text2 == "ready\n")
      }
    }
  }

  @Test func saysWhatKeepsItFromTakingNewWork() async throws {
    try await RunningServer.run(obstacle: { "a media thread hangs" }) { server in
      try await RawConnection.open(port: server.port) { connection in
        let ready = try await connection.request("GET", "/readyz")
        #expect(ready.status == 503 && ready.text == "a media thread hangs\n")
        let health = try await connection.request("GET", "/healthz")
        #expect(health.status == 200, "a restart would end the calls of the others")
      }
    }
  }

  @Test func saysWhatItDoesLessOfMeanwhile() async throws {
    try await RunningServer.run(strain: { "a media thread has too much to do" }) { server in
      try await RawConnection.open(port: server.port) { connection in
        let ready = try await connection.request("GET", "/readyz")
        #expect(ready.status == 200 && ready.text == "ready, but a media thread has too much to do\n")
      }
    }
  }

  @Test func showsMetricsToThisMachineOnly() async throws {
    try await RunningServer.run { server in
      try await RawConnection.open(port: server.port) { connection in
        let answer = try await connection.request("GET", "/metrics")
        #expect(answer.status == 200)
        #expect(answer["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(answer.text.contains("parley_connections 1\n"))
        #expect(answer.text.contains(#"parley_rooms{topology="mesh"} 0"#))
        let rated = answer.text.split(separator: "\n").filter { $0.hasPrefix("parley_participants_rated{") }
        #expect(rated.count == 32, "both directions, good ones and three worse levels with each reason or none")
        #expect(rated.contains { $0.contains(#"reason="cpu""#) && $0.contains(#"level="fair""#) && $0.hasSuffix(" 0") })

        let named = try await connection.request("GET", "/metrics", host: "meet.example")
        #expect(named.status == 403)
        let proxied = try await connection.request("GET", "/metrics", ["X-Forwarded-For: 203.0.113.9"])
        #expect(proxied.status == 403)
      }
    }
  }

  @Test(arguments: [
    (nil, 401), ("Bearer", 401), ("Bearer x", 401), ("bearer " + token, 401), ("Bearer \(token)x", 401),
    ("Bearer " + token, 200),
  ])
  func showsMetricsForTheToken(authorization: String?, status: Int) async throws {
    try await RunningServer.run {
      $0.metricsToken = Self.token
    } _: { server in
      let headers = authorization.map { ["Authorization: " + $0] } ?? []
      let answer = try await RawConnection.open(port: server.port) { try await $0.request("GET", "/metrics", headers) }
      #expect(answer.status == status)
    }
  }

  @Test(arguments: ["", "not a token", String(repeating: "x", count: 4096), "\u{0}"])
  func answersTheLeaveBeaconAlwaysAlike(body: String) async throws {
    try await RunningServer.run { server in
      try await RawConnection.open(port: server.port) { connection in
        let headers = ["Content-Type: text/plain"]
        let answer = try await connection.request("POST", "/api/v1/leave", headers, body: body)
        #expect(answer.status == 204)
      }
    }
  }

  @Test func refusesALeaveBeaconThatCannotBeOne() async throws {
    try await RunningServer.run { server in
      try await RawConnection.open(port: server.port) { connection in
        let body = String(repeating: "x", count: 4097)
        let answer = try await connection.request("POST", "/api/v1/leave", body: body)
        #expect(answer.status == 413)
      }
    }
  }
}
