import Logging
import Signaling
import Synchronization
import TestSupport
import Testing

/// What a door answers to those who do not keep to the rules, or come too often.
@Suite struct HostileEncoderTests {
  @Test func aBodyOfFiveMegabytesIsRefusedAndTheConnectionGoesOn() async throws {
    try await DoorClient.run { client in
      let body = String(repeating: "a=x\r\n", count: 1 << 20)
      try await RawConnection.open(port: client.server.port) { connection in
        let refused = try await connection.request("POST", "/whip/tea", DoorClient.offer, body: body)
        #expect(refused.status == 413 && refused["content-type"] == "application/problem+json")
        #expect(try await connection.request("GET", "/whip/tea").status == 204)
      }
      #expect(client.plane.commands.isEmpty)
    }
  }

  @Test func aBodyWhoseLengthIsNotSaidIsBoundedWhileItIsRead() async throws {
    try await DoorClient.run { client in
      try await RawConnection.open(port: client.server.port) { connection in
        try await connection.send(
          "POST /whip/tea HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sdp\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        let chunk = "1000\r\n" + String(repeating: "x", count: 4096) + "\r\n"
        for _ in 0..<17 { try await connection.send(chunk) }
        #expect(try await connection.response().status == 413)
      }
      #expect(client.plane.commands.isEmpty)
    }
  }

  @Test(
    arguments: [
      ("POST", "/whip/tea", ["Content-Type: text/html"], "v=0", 415), ("POST", "/whip/tea", [], "v=0", 415),
      ("POST", "/whip/tea", DoorClient.offer, "", 400), ("POST", "/whip/..", DoorClient.offer, "v=0", 400),
      ("POST", "/whip/%zz", DoorClient.offer, "v=0", 404), ("POST", "/whip", DoorClient.offer, "v=0", 404),
      ("PUT", "/whip/tea", DoorClient.offer, "v=0", 405), ("DELETE", "/whip/tea", [], "", 405),
      ("PATCH", "/whip/tea", DoorClient.fragment, "x", 405),
      ("PATCH", "/whip/tea/unknown", DoorClient.fragment, "x", 404),
      ("DELETE", "/whip/tea/unknown", [], "", 404), ("POST", "/whep/tea?source=mouth", DoorClient.offer, "v=0", 400),
      ("GET", "/whep/tea/unknown/events", [], "", 404), ("PROPFIND", "/whip/tea", [], "", 405),
    ] as [(String, String, [String], String, Int)])
  func everyRequestOutOfPlaceHasItsStatus(
    method: String, target: String, headers: [String], body: String, status: Int
  ) async throws {
    try await DoorClient.run { client in
      let response = try await client.request(method, target, headers, body: body)

      #expect(response.status == status, "\(response.text)")
      #expect(response["content-type"] == "application/problem+json")
      #expect(try JSON(parsing: response.body)["status"]?.integer == status)
      #expect(response["access-control-allow-origin"] == "*")
      #expect((response["allow"] != nil) == (status == 405))
    }
  }

  @Test(arguments: ["/whip/tea", "/whep/tea"]) func anOfferThatIsOfNoUseMovesNothing(target: String) async throws {
    try await DoorClient.run { client in
      _ = try await client.join("tea", as: "Ada")
      let encoder = try await client.open("/whip/tea")
      let count = client.plane.commands.count

      let refused = try await client.request("POST", target, DoorClient.offer, body: "hopeless")

      #expect(refused.status == 400)
      #expect(client.plane.commands.count == count, "no room has heard of it")
      #expect(try await client.request("GET", encoder.path).status == 204)
    }
  }

  @Test func aBodyThatIsNoTextIsRefused() async throws {
    try await DoorClient.run { client in
      try await RawConnection.open(port: client.server.port) { connection in
        try await connection.send(
          "POST /whip/tea HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sdp\r\nContent-Length: 3\r\n\r\n")
        try await connection.send([0x76, 0xFF, 0x00])
        #expect(try await connection.response().status == 400)
      }
    }
  }

  @Test func aSessionOfOneRoomIsNoneOfAnother() async throws {
    try await DoorClient.run { client in
      let session = try await client.open("/whip/tea")
      let id = try #require(session.path.split(separator: "/").last)

      #expect(try await client.request("DELETE", "/whip/coffee/\(id)").status == 404)
      #expect(try await client.request("DELETE", "/whep/tea/\(id)").status == 404)
      #expect(try await client.request("DELETE", "/whip/TEA/\(id)").status == 200)
    }
  }

  @Test func halfOpenSessionsOfOneAddressAreBounded() async throws {
    try await DoorClient.run { client in
      _ = try await client.join("tea", as: "Ada")
      var statuses: [Int] = []
      for _ in 0..<25 { statuses.append(try await client.post().status) }
      #expect(statuses == Array(repeating: 201, count: 20) + Array(repeating: 429, count: 5))

      client.plane.tell(.connected(try #require(client.plane.offered.first)))

      #expect(try await client.eventually { try await client.post().status == 201 })
      #expect(try await client.post().status == 429)
    }
  }

  @Test func hundredsOfPlayersThatNeverConnectAreBounded() async throws {
    try await DoorClient.run { client in
      _ = try await client.join("tea", as: "Ada")
      var statuses: [Int: Int] = [:]
      for _ in 0..<210 { statuses[try await client.post("/whep/tea").status, default: 0] += 1 }

      #expect(statuses == [201: 200, 429: 10])
    }
  }

  @Test func aFloodOfRequestsIsToldToWait() async throws {
    try await DoorClient.run(signaling: { $0.limits.streamRequests = Rate(perSecond: 0.1, burst: 5) }) { client in
      for _ in 0..<5 { #expect(try await client.request("OPTIONS", "/whip/tea").status == 204) }

      let refused = try await client.request("DELETE", "/whip/tea/unknown")

      #expect(refused.status == 429 && refused["retry-after"] != nil)
    }
  }

  @Test func wrongKeysOfOneAddressAreCounted() async throws {
    try await DoorClient.run(signaling: { $0.limits.passwordTriesPerAddress = Rate(perSecond: 0.01, burst: 3) }) {
      client in
      let ada = try await client.join("tea", as: "Ada")
      let key = try #require(try await ada.succeed(#""type":"createStreamKey","name":"Stage""#)["key"]?.text)
      for number in 0..<3 { #expect(try await client.post(token: "sk_\(number)").status == 401) }

      #expect(try await client.post(token: key).status == 429)
      #expect(try await client.post().status == 201)
    }
  }

  @Test func tooManyFragmentsAreToldToWait() async throws {
    try await DoorClient.run(signaling: { $0.limits.fragments = Rate(perSecond: 0.1, burst: 2) }) { client in
      let session = try await client.open()
      let headers = DoorClient.fragment + ["If-Match: \(session.tag)"]
      for _ in 0..<2 { #expect(try await client.request("PATCH", session.path, headers, body: "a=x").status == 204) }

      #expect(try await client.request("PATCH", session.path, headers, body: "a=x").status == 429)
    }
  }

  @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
    try await DoorClient.run { client in
      try await RawConnection.open(port: client.server.port) { connection in
        let post = "POST /whip/tea HTTP/1.1\r\nHost: x\r\nContent-Type: application/sdp\r\nContent-Length: 3\r\n\r\nv=0"
        let other = "OPTIONS /whip/tea HTTP/1.1\r\nHost: x\r\n\r\nDELETE /whip/tea/x HTTP/1.1\r\nHost: x\r\n\r\n"
        try await connection.send(post + other + post)

        var statuses: [Int] = []
        for _ in 0..<4 { statuses.append(try await connection.response().status) }
        #expect(statuses == [201, 204, 404, 201])
      }
    }
  }

  @Test func eachSessionHasAnURLOfItsOwn() async throws {
    try await DoorClient.run { client in
      var paths: Set<String> = []
      for _ in 0..<10 { paths.insert(try await client.open().path) }

      #expect(paths.count == 10 && paths.allSatisfy { $0.utf8.count == "/whip/tea/".utf8.count + 26 })
    }
  }

  @Test func theLogHasNoSecretAndNoSession() async throws {
    let log = RecordedLog()
    let plane = AnsweringMediaPlane()
    try await RunningServer.run(mediaPlane: plane, logger: log.logger) { server in
      let client = DoorClient(server: server, plane: plane)
      let ada = try await client.join("tea", as: "Ada")
      let key = try #require(try await ada.succeed(#""type":"createStreamKey","name":"Stage""#)["key"]?.text)
      let session = try await client.open(token: key)
      _ = try await client.request("PATCH", session.path, DoorClient.fragment + ["If-Match: *"], body: "new")
      _ = try await client.post("/whep/tea", token: "Ada:opensesame")
      _ = try await client.post(token: "eyJ.wrong.token")
      _ = try await client.request("DELETE", session.path)
      client.plane.tell(.failed)

      let id = try #require(session.path.split(separator: "/").last)
      for secret in [key, String(id), "opensesame", "eyJ.wrong", session.tag] {
        #expect(!log.text.contains(secret), "\(secret) is in the log")
      }
      #expect("\(StreamSessionID(rawValue: String(id)))".contains(id) == false)
    }
  }
}

/// Everything that was logged, with all that was said along with it.
private final class RecordedLog: Sendable {
  private let lines = Mutex("")

  var text: String { lines.withLock { $0 } }

  var logger: Logger {
    var logger = Logger(label: "test") { _ in Handler(log: self) }
    logger.logLevel = .trace
    return logger
  }

  private func add(_ line: String) { lines.withLock { $0 += line + "\n" } }

  private struct Handler: LogHandler {
    let log: RecordedLog
    var metadata = Logger.Metadata()
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      log.add("\(event.message) \(metadata) \(event.metadata ?? [:])")
    }
  }
}
