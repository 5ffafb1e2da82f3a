import NIOCore
import Signaling
import Testing

@Suite(.timeLimit(.minutes(1))) struct WebSocketTests {
  private typealias Frame = RawConnection.Frame

  @Test func answersTheHandshake() async throws {
    try await RunningServer.run { server in
      let answer = try await RawConnection.open(port: server.port) {
        try await $0.request("GET", "/ws?x=1", RawConnection.handshake)
      }
      #expect(answer.status == 101)
      #expect(answer["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")  // RFC 6455 §1.3
    }
  }

  @Test func carriesAMessageToItsSessionAndBack() async throws {
    try await RunningServer.run { server in
      try await RawConnection.openWebSocket(port: server.port) { connection in
        try await connection.send(frame: Frame.text, Array(#"{"id":1,"type":"#.utf8), isFinal: false)
        try await connection.send(frame: 0, Array(#""hello","versions":[1]}"#.utf8))
        let answer = try await connection.frame()
        #expect(answer.opcode == Frame.text)
        #expect(answer.text.contains(#""type":"result""#))
      }
    }
  }

  /// Many messages in one packet are more than may wait: reading pauses and goes on, and none is lost or overtaken.
  @Test func answersManyMessagesInOrder() async throws {
    try await RunningServer.run { server in
      try await RawConnection.openWebSocket(port: server.port) { connection in
        try await connection.send(frame: Frame.text, Array(#"{"id":0,"type":"hello","versions":[1]}"#.utf8))
        for id in 1...150 { try await connection.send(frame: Frame.text, Array(#"{"id":\#(id),"type":"ping"}"#.utf8)) }
        for id in 0...150 {
          let answer = try await connection.frame()
          #expect(answer.text.hasPrefix(#"{"type":"result","id":\#(id),"#))
        }
      }
    }
  }

  @Test func tellsOneTooManyWhy() async throws {
    var signaling = SignalingConfiguration()
    signaling.limits.sessionsPerAddress = 1
    try await RunningServer.run(signaling: signaling) { server in
      try await RawConnection.openWebSocket(port: server.port) { _ in
        try await RawConnection.openWebSocket(port: server.port) { second in
          let error = try await second.frame()
          let close = try await second.frame()
          #expect(error.text.contains(#""code":"tooManySessions""#))
          #expect(close.closeCode == 4008)
        }
      }
    }
  }

  @Test func answersPings() async throws {
    try await RunningServer.run { server in
      try await RawConnection.openWebSocket(port: server.port) { connection in
        try await connection.send(frame: Frame.ping, [1, 2, 3])
        let frame = try await connection.frame()
        #expect(frame == Frame(opcode: Frame.pong, payload: [1, 2, 3]))
      }
    }
  }

  @Test func answersACloseAndEndsTheConnection() async throws {
    try await RunningServer.run { server in
      try await RawConnection.openWebSocket(port: server.port) { connection in
        try await connection.send(frame: Frame.close, [0x03, 0xE9])
        let frame = try await connection.frame()
        #expect(frame == Frame(opcode: Frame.close, payload: [0x03, 0xE9]))
        #expect(try await connection.readToEnd().isEmpty)
      }
    }
  }

  /// What is sent, given so that a failing test prints it in a line.
  struct Offence: Sendable {
    let opcode: UInt8
    let byte: UInt8
    let count: Int
    let code: Int

    static let all = [
      Offence(opcode: Frame.binary, byte: 1, count: 1, code: 1003),
      Offence(opcode: Frame.text, byte: 0xFF, count: 1, code: 1007),
      Offence(opcode: Frame.text, byte: 0x20, count: 262_145, code: 1009),
      Offence(opcode: Frame.text, byte: 0x20, count: 1_000_000, code: 1009),
      Offence(opcode: 0x3, byte: 1, count: 1, code: 1002),
      Offence(opcode: 0x0, byte: 1, count: 1, code: 1002),
      Offence(opcode: Frame.ping, byte: 1, count: 126, code: 1002),
      Offence(opcode: Frame.close, byte: 3, count: 1, code: 1002),
    ]
  }

  @Test(arguments: Offence.all)
  func saysWhyItCloses(offence: Offence) async throws {
    try await RunningServer.run { server in
      try await RawConnection.openWebSocket(port: server.port) { connection in
        try await connection.send(frame: offence.opcode, Array(repeating: offence.byte, count: offence.count))
        let code = try await connection.closeFrame().closeCode
        #expect(code == offence.code)
      }
    }
  }

  @Test func refusesFramesThatAreNotMasked() async throws {
    try await RunningServer.run { server in
      try await RawConnection.openWebSocket(port: server.port) { connection in
        try await connection.send(frame: Frame.text, Array("{}".utf8), isMasked: false)
        let code = try await connection.closeFrame().closeCode
        #expect(code == 1002)
      }
    }
  }

  @Test func endsAConnectionThatDoesNotAnswerItsClose() async throws {
    try await RunningServer.run {
      $0.limits.webSocket.closeTimeout = .milliseconds(50)
    } _: { server in
      try await RawConnection.openWebSocket(port: server.port) { connection in
        try await connection.send(frame: Frame.binary, [1])
        let close = try await connection.frame()
        #expect(close.closeCode == 1003)
        #expect(close.closeReason == "binaryRefused")
        #expect(try await connection.readToEnd().isEmpty)
      }
    }
  }

  @Test func findsDeadConnectionsByPings() async throws {
    try await RunningServer.run {
      $0.limits.webSocket.pingInterval = .milliseconds(40)
      $0.limits.webSocket.deadAfter = .milliseconds(80)
    } _: { server in
      try await RawConnection.openWebSocket(port: server.port) { connection in
        let frame = try await connection.frame()
        #expect(frame == Frame(opcode: Frame.ping, payload: []))
        let close = try await connection.closeFrame()
        #expect(close.closeCode == 4010)
        #expect(close.closeReason == "unresponsive")
      }
    }
  }

  @Test func keepsConnectionsThatAnswerPings() async throws {
    try await RunningServer.run {
      $0.limits.webSocket.pingInterval = .milliseconds(40)
      $0.limits.webSocket.deadAfter = .milliseconds(400)
    } _: { server in
      try await RawConnection.openWebSocket(port: server.port) { connection in
        for _ in 0..<15 {
          let opcode = try await connection.frame().opcode
          #expect(opcode == Frame.ping)
          try await connection.send(frame: Frame.pong, [])
        }
      }
    }
  }

  @Test(arguments: [
    ("Origin: https://evil.example", 403), ("Origin: null", 403), ("Origin: http://localhost:81", 403),
    ("Origin: http://localhost", 101), ("Origin: https://www.example", 101), ("X-Nothing: x", 101),
  ])
  func letsOnlyItsOwnPagesIn(header: String, status: Int) async throws {
    try await RunningServer.run {
      $0.allowedOrigins = [WebOrigin("https://www.example")].compactMap { $0 }
    } _: { server in
      try await RawConnection.open(port: server.port) { connection in
        let answer = try await connection.request("GET", "/ws", RawConnection.handshake + [header])
        #expect(answer.status == status)
        if status == 403 { #expect(answer.text.contains("ALLOWED_ORIGINS")) }
      }
    }
  }

  @Test func saysHowToUpgradeToWhoDidNot() async throws {
    try await RunningServer.run { server in
      try await RawConnection.open(port: server.port) { connection in
        let plain = try await connection.request("GET", "/ws")
        #expect(plain.status == 426)
        #expect(plain["sec-websocket-version"] == "13")
      }
      try await RawConnection.open(port: server.port) { connection in
        let old = RawConnection.handshake.map { $0.replacing("13", with: "8") }
        let status = try await connection.request("GET", "/ws", old).status
        #expect(status == 426)
      }
    }
  }

  @Test(arguments: [
    ("/healthz", "websocket", 200), ("/nope", "websocket", 404), ("/healthz", "h2c", 200), ("/ws", "h2c", 426),
  ])
  func answersUpgradesItDoesNotMake(path: String, name: String, status: Int) async throws {
    try await RunningServer.run { server in
      try await RawConnection.open(port: server.port) { connection in
        let headers = RawConnection.handshake.map { $0.replacing("Upgrade: websocket", with: "Upgrade: \(name)") }
        let status = try await connection.request("GET", path, headers).status
        #expect(status == status)
      }
    }
  }

  /// A proxy that put it there tries again on a new connection (RFC 9112 §9.3.1).
  @Test func endsAConnectionWhoseUpgradeComesLate() async throws {
    try await RunningServer.run { server in
      try await RawConnection.open(port: server.port) { connection in
        let status = try await connection.request("GET", "/healthz").status
        #expect(status == 200)
        await #expect(throws: RawConnection.Closed.self) {
          _ = try await connection.request("GET", "/ws", RawConnection.handshake)
        }
      }
    }
  }
}
