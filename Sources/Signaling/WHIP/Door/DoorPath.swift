/// A place below `/whip` or `/whep`: the endpoint of a room, a session, or what extends a session.
package struct DoorPath: Sendable, Equatable {
  package enum Resource: Sendable, Equatable {
    case endpoint
    case session(StreamSessionID)
    /// The choice of layers (`urn:ietf:params:whep:ext:core:layer`).
    case layer(StreamSessionID)
    /// Server-sent events (`urn:ietf:params:whep:ext:core:server-sent-events`).
    case events(StreamSessionID)
  }

  package let streamProtocol: StreamProtocol
  package let room: RoomName
  package let resource: Resource
  /// What to put before a reference that is relative to the endpoint: the room as the client has written it.
  private let base: String

  /// Whether a path is one of a door, well formed or not.
  package static func isDoor(_ path: String) -> Bool {
    StreamProtocol.allCases.contains { path == "/\($0.rawValue)" || path.hasPrefix("/\($0.rawValue)/") }
  }

  /// Reads the path of a request target; throws `notFound` for a place that no door has, `invalidRoom` for what cannot name a room.
  package init(_ path: String) throws(SignalingError) {
    var parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    let endsInSlash = parts.last?.isEmpty == true
    if endsInSlash { parts.removeLast() }
    guard let first = parts.popFirst(), let streamProtocol = StreamProtocol(rawValue: String(first)),
      let room = parts.popFirst(), let name = PercentEncoding.decode(room)
    else { throw Self.nothing }
    self.streamProtocol = streamProtocol
    self.room = try RoomName(name)
    resource = try Self.resource(Array(parts), of: streamProtocol)
    // A colon in the first segment of a relative reference would be taken for the end of a scheme (RFC 3986 §4.2).
    base = endsInSlash ? "" : (room.contains(":") ? "./" : "") + room + "/"
  }

  /// Where a new session is, relative to the endpoint's own URL: right behind every proxy and below every prefix.
  package func reference(to session: StreamSessionID) -> String { base + session.rawValue }

  package func reference(toLayerOf session: StreamSessionID) -> String { reference(to: session) + "/layer" }

  package func reference(toEventsOf session: StreamSessionID) -> String { reference(to: session) + "/events" }

  /// The session that the path names, if it names one.
  package var session: StreamSessionID? {
    switch resource {
    case .endpoint: nil
    case .session(let id), .layer(let id), .events(let id): id
    }
  }

  private static let nothing = SignalingError(.notFound, "There is nothing at this path.")

  private static func resource(
    _ parts: [Substring], of streamProtocol: StreamProtocol
  ) throws(SignalingError) -> Resource {
    guard let id = parts.first.map({ StreamSessionID(rawValue: String($0)) }) else { return .endpoint }
    switch (parts.count, parts.last, streamProtocol) {
    case (1, _, _): return .session(id)
    case (2, "layer", .whep): return .layer(id)
    case (2, "events", .whep): return .events(id)
    default: throw nothing
    }
  }
}
