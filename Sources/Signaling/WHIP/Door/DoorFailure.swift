package import HTTPTypes

/// Why a request at a door fails, as it is answered.
package struct DoorFailure: Error, Sendable, Equatable {
  package let status: HTTPResponse.Status
  /// One sentence for whoever runs the encoder or player.
  package let detail: String
  package let retryAfter: Duration?

  package init(_ status: HTTPResponse.Status, _ detail: String, retryAfter: Duration? = nil) {
    (self.status, self.detail, self.retryAfter) = (status, detail, retryAfter)
  }

  package static let unknownSession = DoorFailure(.notFound, "There is no such session, or it is over.")
  package static let unavailable = DoorFailure(
    .serviceUnavailable, "The server cannot serve this now.", retryAfter: .seconds(5))
}

extension DoorFailure {
  /// What a room or the server says to somebody who joins, in the words of HTTP.
  package init(_ error: SignalingError) {
    self.init(Self.status(of: error), error.message, retryAfter: error.retryAfter ?? Self.pause(after: error.code))
  }

  private static func status(of error: SignalingError) -> HTTPResponse.Status {
    switch error.code {
    case .passwordRequired, .tokenInvalid, .tokenExpired: .unauthorized
    case .wrongPassword: error.retryAfter == nil ? .unauthorized : .tooManyRequests
    case .forbidden, .roomLocked, .banned, .denied: .forbidden
    case .notFound: .notFound
    case .conflict, .nameInUse, .roomEnded, .notReady: .conflict
    case .rateLimited, .tooManyRooms, .tooManySessions, .tooManyEchoes: .tooManyRequests
    case .roomFull, .mediaUnavailable, .serverBusy, .shuttingDown, .internal: .serviceUnavailable
    case .badRequest, .unknownType, .unsupportedVersion, .invalidName, .invalidRoom, .invalidDescription: .badRequest
    }
  }

  /// How long to wait where the error itself does not say it and waiting may help.
  private static func pause(after code: SignalingError.Code) -> Duration? {
    switch code {
    case .roomFull, .mediaUnavailable, .internal: .seconds(30)
    case .serverBusy: .seconds(10)
    case .shuttingDown: .seconds(5)
    case .conflict, .roomEnded: .seconds(2)
    default: nil
    }
  }

  /// What media says to a description (RFC 9725 §4.2: malformed is another matter than of no use).
  package init(_ refusal: MediaRefusal) {
    switch refusal.cause {
    case .malformed: self.init(.badRequest, refusal.reason)
    case .unusable: self.init(.unprocessableContent, refusal.reason)
    case .full: self.init(.serviceUnavailable, refusal.reason, retryAfter: .seconds(30))
    }
  }
}
