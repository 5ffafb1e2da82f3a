package import HTTPTypes

/// What a door does with a request, before its body is read.
package enum DoorDecision: Sendable, Equatable {
  case respond(DoorResponse)
  /// The body is an offer: a session is to be made.
  case open
  /// The body is a fragment for the session, under this condition.
  case patch(EntityCondition)
  case end
  /// The body says which layers the player wants.
  case chooseLayer
  /// The body says of what the player wants to be told.
  case subscribe
  /// The events are to be sent as they happen.
  case listen
}

/// The rules of WHIP and WHEP about requests (RFC 9725 §4, draft-ietf-wish-whep §4): a request in, a decision out.
package enum WHIPDoor {
  /// Several times what a browser offers with every codec it has.
  package static let bodyLimit = 65_536

  /// - Parameter isKnown: whether there is the session that the path names, if it names one.
  package static func decide(
    _ method: HTTPRequest.Method, _ path: DoorPath, _ headers: HTTPFields, isKnown: Bool
  ) -> DoorDecision {
    if method == .options { return .respond(options(path)) }
    guard isKnown || path.session == nil else { return .respond(DoorResponse(DoorFailure.unknownSession)) }
    let decision: DoorDecision? =
      switch path.resource {
      case .endpoint: endpoint(method, path.streamProtocol, headers)
      case .session: session(method, headers)
      case .layer: method == .post ? reading(DoorType.json, headers, .chooseLayer) : nil
      case .events:
        switch method {
        case .post: reading(DoorType.json, headers, .subscribe)
        case .get: .listen
        default: nil
        }
      }
    return decision ?? .respond(notAllowed(path))
  }

  /// - Returns: nil if the method is not one of the endpoint's.
  private static func endpoint(
    _ method: HTTPRequest.Method, _ streamProtocol: StreamProtocol, _ headers: HTTPFields
  ) -> DoorDecision? {
    switch (method, streamProtocol) {
    case (.post, _): reading(DoorType.description, headers, .open)
    // By this a player finds out that it has found a WHEP endpoint.
    case (.head, .whep): .respond(DoorResponse(.ok, [.contentType: DoorType.description]))
    case (.get, _), (.head, _): .respond(DoorResponse(.noContent))
    default: nil
    }
  }

  private static func session(_ method: HTTPRequest.Method, _ headers: HTTPFields) -> DoorDecision? {
    switch method {
    case .patch:
      guard let condition = headers[.ifMatch] else {
        return reading(
          DoorType.fragment, headers,
          .respond(
            DoorResponse(DoorFailure(.preconditionRequired, "Say by If-Match which entity tag the fragment is for."))))
      }
      return reading(DoorType.fragment, headers, .patch(EntityCondition(condition)))
    // Whatever If-Match says: the session is to end.
    case .delete: return .end
    case .get, .head: return .respond(DoorResponse(.noContent))
    default: return nil
    }
  }

  /// The decision if the body is of this type and not known to be too large.
  private static func reading(_ type: String, _ headers: HTTPFields, _ decision: DoorDecision) -> DoorDecision {
    guard mediaType(headers[.contentType]) == type, headers[.contentEncoding].map(isIdentity) ?? true else {
      let detail = "The body must be \(type), as it is."
      return .respond(DoorResponse(DoorFailure(.unsupportedMediaType, detail), [.accepted(type): type]))
    }
    if let length = headers[.contentLength].flatMap({ Int($0) }), length > bodyLimit {
      return .respond(DoorResponse(tooLarge))
    }
    return decision
  }

  package static let tooLarge =
    DoorFailure(.contentTooLarge, "No body may be larger than \(bodyLimit) bytes.")

  private static func isIdentity(_ encoding: String) -> Bool { encoding.lowercased() == "identity" }

  /// The type without its parameters, in lower case.
  private static func mediaType(_ header: String?) -> String? {
    header.map { $0.prefix { $0 != ";" }.trimmingSpaces().lowercased() }
  }

  // MARK: What a place can do

  private static func methods(_ path: DoorPath) -> [HTTPRequest.Method] {
    switch path.resource {
    case .endpoint: [.options, .post, .get, .head]
    case .session: [.options, .patch, .delete, .get, .head]
    case .layer: [.options, .post]
    case .events: [.options, .post, .get]
    }
  }

  private static func list(_ path: DoorPath) -> String { methods(path).map(\.rawValue).joined(separator: ", ") }

  private static func notAllowed(_ path: DoorPath) -> DoorResponse {
    DoorResponse(DoorFailure(.methodNotAllowed, "This place does not know the method."), [.allow: list(path)])
  }

  /// Tells a script of any origin that it may, and everybody what the place takes (RFC 9725 §4.1).
  private static func options(_ path: DoorPath) -> DoorResponse {
    var headers: HTTPFields = [
      .allow: list(path), .accessControlAllowMethods: list(path),
      .accessControlAllowHeaders: "Authorization, Content-Type, If-Match", .accessControlMaxAge: "86400",
    ]
    switch path.resource {
    case .endpoint: headers[.acceptPost] = DoorType.description
    case .session: headers[.acceptPatch] = DoorType.fragment
    case .layer, .events: headers[.acceptPost] = DoorType.json
    }
    return DoorResponse(.noContent, headers)
  }
}

extension HTTPField.Name {
  /// The header by which a place says that it takes bodies of this type.
  fileprivate static func accepted(_ type: String) -> HTTPField.Name {
    type == DoorType.fragment ? .acceptPatch : .acceptPost
  }
}
