package import HTTPTypes

/// An answer of a door, ready to be written.
package struct DoorResponse: Sendable, Equatable {
  package enum Body: Sendable, Equatable {
    case none
    case text(String)
    /// A sentence, to be written as `application/problem+json` (RFC 9457).
    case problem(String)
  }

  package let status: HTTPResponse.Status
  package private(set) var headers: HTTPFields
  package let body: Body

  /// Scripts of every origin may use a door, as RFC 9725 §4.1 has it: it knows no cookie, and nothing but a token opens more than a
  /// stranger may have.
  private static let shared: HTTPFields = [
    .accessControlAllowOrigin: "*",
    .accessControlExposeHeaders: "Location, ETag, Link, Accept-Patch, Retry-After",
    .cacheControl: "no-store",
  ]

  package init(_ status: HTTPResponse.Status, _ headers: HTTPFields = [:], body: Body = .none) {
    (self.status, self.headers, self.body) = (status, Self.shared, body)
    self.headers.append(contentsOf: headers)
  }

  package init(_ failure: DoorFailure, _ headers: HTTPFields = [:]) {
    self.init(failure.status, headers, body: .problem(failure.detail))
    if let pause = failure.retryAfter {
      // Rounded up: who comes back then must not be too early.
      self.headers[.retryAfter] = String(max(1, (pause.milliseconds + 999) / 1000))
    }
    if failure.status == .unauthorized { self.headers[.wwwAuthenticate] = "Bearer realm=\"Parley\"" }
  }
}

extension DoorResponse {
  /// A session was made: its answer, its tag, where it is, and what else can be asked of it.
  package static func created(
    _ answer: String, _ tag: EntityTag, _ session: StreamSessionID, at path: DoorPath, iceServers: [ICEServer]
  ) -> DoorResponse {
    var headers: HTTPFields = [
      .contentType: DoorType.description, .location: path.reference(to: session), .eTag: tag.text,
      .acceptPatch: DoorType.fragment,
    ]
    let links = iceServers.flatMap(\.links) + extensions(of: session, at: path)
    for link in links { headers.append(HTTPField(name: .link, value: link)) }
    return DoorResponse(.created, headers, body: .text(answer))
  }

  /// ICE was restarted.
  package static func restarted(_ fragment: String, _ tag: EntityTag) -> DoorResponse {
    DoorResponse(.ok, [.contentType: DoorType.fragment, .eTag: tag.text], body: .text(fragment))
  }

  private static func extensions(of session: StreamSessionID, at path: DoorPath) -> [String] {
    guard path.streamProtocol == .whep else { return [] }
    let events = StreamEvent.Kind.allCases.map(\.rawValue).joined(separator: ",")
    return [
      "<\(path.reference(toLayerOf: session))>; rel=\"urn:ietf:params:whep:ext:core:layer\"",
      "<\(path.reference(toEventsOf: session))>; rel=\"urn:ietf:params:whep:ext:core:server-sent-events\"; "
        + "events=\"\(events)\"",
    ]
  }
}

/// The media types that doors speak.
package enum DoorType {
  package static let description = "application/sdp"
  package static let fragment = "application/trickle-ice-sdpfrag"
  package static let json = "application/json"
}

extension ICEServer {
  /// One `Link` for each address (RFC 9725 §4.6), none with a comma: there are clients that split the header at every one.
  package var links: [String] {
    guard let username, let credential else { return urls.filter(Self.isPlain).map { "<\($0)>; rel=\"ice-server\"" } }
    guard Self.isPlain(username), Self.isPlain(credential) else { return [] }
    let secret = "username=\"\(username)\"; credential=\"\(credential)\"; credential-type=\"password\""
    return urls.filter(Self.isPlain).map { "<\($0)>; rel=\"ice-server\"; \(secret)" }
  }

  /// Whether a value can stand in the header as it is.
  private static func isPlain(_ value: String) -> Bool {
    value.utf8.allSatisfy { 0x20..<0x7F ~= $0 && !",\\\"<>".utf8.contains($0) }
  }
}

extension HTTPField.Name {
  // The force-unwraps hold: each literal is a token of RFC 9110 §5.6.2.
  static let acceptPatch = HTTPField.Name("Accept-Patch")!
  static let acceptPost = HTTPField.Name("Accept-Post")!
  static let link = HTTPField.Name("Link")!
}
