import Signaling
import TestSupport
import Testing

/// Encoders, players and people of one server, as they are seen on the wire.
struct DoorClient {
  let server: RunningServer
  let plane: AnsweringMediaPlane

  static let offer = ["Content-Type: application/sdp"]
  static let fragment = ["Content-Type: application/trickle-ice-sdpfrag"]

  /// A server with media, for as long as a test needs it.
  static func run(
    _ change: (inout HTTPServerConfiguration) -> Void = { _ in },
    signaling: (inout SignalingConfiguration) -> Void = { _ in }, _ body: (DoorClient) async throws -> Void
  ) async throws {
    let plane = AnsweringMediaPlane()
    var configuration = SignalingConfiguration()
    configuration.passwordCost = PasswordCost(logN: 4, r: 1, p: 1)
    signaling(&configuration)
    try await RunningServer.run(change, signaling: configuration, mediaPlane: plane) { server in
      try await body(DoorClient(server: server, plane: plane))
    }
  }

  /// One request over a connection of its own.
  func request(
    _ method: String, _ target: String, _ headers: [String] = [], body: String = ""
  ) async throws -> RawConnection.Response {
    try await RawConnection.open(port: server.port) { connection in
      try await connection.request(method, target, headers, body: body)
    }
  }

  /// Offers at a door.
  func post(
    _ target: String = "/whip/tea", token: String? = nil, body: String = "v=0\r\n"
  ) async throws -> RawConnection.Response {
    let authorization = token.map { ["Authorization: Bearer \($0)"] } ?? []
    return try await request("POST", target, Self.offer + authorization, body: body)
  }

  /// A session that an offer at a door has made: its path and its tag.
  func open(_ target: String = "/whip/tea", token: String? = nil) async throws -> (path: String, tag: String) {
    let response = try await post(target, token: token)
    try #require(response.status == 201, "\(response.text)")
    let (location, tag) = (try #require(response["location"]), try #require(response["etag"]))
    let path = target.prefix { $0 != "?" }
    return (String(path[..<(try #require(path.lastIndex(of: "/")))]) + "/" + location, tag)
  }

  /// A person in the room, in a page.
  func join(_ room: String, as name: String, _ fields: String = #""devices":{"video":true}"#) async throws -> TestClient
  {
    let client = try TestClient(server.service)
    try await client.succeed(#""type":"hello","versions":[1]"#)
    try await client.join(room, as: name, fields)
    return client
  }

  /// Waits until something is so, for a second at most.
  func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
    for _ in 0..<200 {
      if try await condition() { return true }
      try await Task.sleep(for: .milliseconds(5))
    }
    return false
  }
}
