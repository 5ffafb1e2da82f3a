import NIOCore
import Signaling
import Testing

@Suite(.timeLimit(.minutes(1))) struct ConnectionTests {
  @Test(arguments: ["", "GET / HT", "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: a", "\u{16}\u{3}\u{1}"])
  func endsAConnectionThatDoesNotGetToItsRequest(start: String) async throws {
    try await RunningServer.run {
      $0.limits.headTimeout = .milliseconds(50)
    } _: { server in
      try await RawConnection.open(port: server.port) { connection in
        if !start.isEmpty { try await connection.send(start) }
        let rest = String(decoding: try await connection.readToEnd(), as: UTF8.self)
        #expect(rest.isEmpty || rest.hasPrefix("HTTP/1.1 400 "))
      }
    }
  }

  @Test func endsAConnectionThatDoesNotGetToTheEndOfItsRequest() async throws {
    try await RunningServer.run {
      $0.limits.bodyTimeout = .milliseconds(50)
    } _: { server in
      try await RawConnection.open(port: server.port) { connection in
        try await connection.send("POST /api/v1/leave HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc")
        #expect(try await connection.readToEnd().isEmpty)
      }
    }
  }

  @Test func endsAConnectionThatHasNothingMoreToAsk() async throws {
    try await RunningServer.run {
      $0.limits.idleTimeout = .milliseconds(50)
    } _: { server in
      try await RawConnection.open(port: server.port) { connection in
        let status = try await connection.request("GET", "/healthz").status
        #expect(status == 200)
        #expect(try await connection.readToEnd().isEmpty)
      }
    }
  }

  @Test(arguments: [
    ("GET / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400), ("nonsense\r\n\r\n", 400), ("GET / HTTP/9.9\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: x\r\nX: \(String(repeating: "x", count: 20_000))\r\n\r\n", 431),
    ("GET / HTTP/1.1\r\nHost: x\r\n\(String(repeating: "X: y\r\n", count: 200))\r\n", 431),
    ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
  ])
  func refusesRequestsThatCannotBeUnderstood(request: String, status: Int) async throws {
    try await RunningServer.run { server in
      try await RawConnection.open(port: server.port) { connection in
        try await connection.send(request)
        let status = try await connection.response().status
        #expect(status == status)
      }
    }
  }

  @Test func answersRequestsOneAfterTheOther() async throws {
    try await RunningServer.run { server in
      try await RawConnection.open(port: server.port) { connection in
        let request = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
        try await connection.send(request + request)
        let status = try await connection.response().status
        #expect(status == 200)
        let status2 = try await connection.response().status
        #expect(status2 == 200)
      }
    }
  }

  @Test(arguments: ["X-Forwarded-For: 1.2.3.4", "Via: 1.1 cache", "Forwarded: for=1.2.3.4", "Connection: close"])
  func keepsNoConnectionThatAProxyCouldGiveToSomebodyElse(header: String) async throws {
    try await RunningServer.run { server in
      try await RawConnection.open(port: server.port) { connection in
        let answer = try await connection.request("GET", "/healthz", [header])
        #expect(answer["connection"] == "close")
        #expect(try await connection.readToEnd().isEmpty)
      }
    }
  }

  @Test func servesOldClientsOnce() async throws {
    try await RunningServer.run { server in
      try await RawConnection.open(port: server.port) { connection in
        try await connection.send("GET /healthz HTTP/1.0\r\n\r\n")
        let status = try await connection.response().status
        #expect(status == 200)
        #expect(try await connection.readToEnd().isEmpty)
      }
    }
  }

  @Test func letsFurtherConnectionsWait() async throws {
    try await RunningServer.run {
      $0.limits.maxConnections = 1
    } _: { server in
      let port = server.port
      try await RawConnection.open(port: port) { first in
        let status = try await first.request("GET", "/healthz").status
        #expect(status == 200)
        async let second = RawConnection.open(port: port) { try await $0.request("GET", "/healthz").status }
        let status2 = try await first.request("GET", "/healthz", ["Connection: close"]).status
        #expect(status2 == 200)
        #expect(try await first.readToEnd().isEmpty)
        try await first.channel.close()
        #expect(try await second == 200)
      }
    }
  }
}
