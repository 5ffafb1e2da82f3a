/// The one error a request can be answered with: a code for programs, a sentence for people.
package struct SignalingError: Error, Hashable, Sendable {
  /// The codes of `docs/signaling.md`; the raw value is what travels.
  package enum Code: String, Sendable, CaseIterable {
    case badRequest
    case unknownType
    case unsupportedVersion
    case notReady
    case forbidden
    case notFound
    case invalidName
    case invalidRoom
    case nameInUse
    case roomFull
    case roomLocked
    case roomEnded
    case passwordRequired
    case wrongPassword
    case banned
    case denied
    case tokenInvalid
    case tokenExpired
    case rateLimited
    case tooManyRooms
    case tooManySessions
    case tooManyEchoes
    case serverBusy
    case mediaUnavailable
    case invalidDescription
    case conflict
    case shuttingDown
    case `internal`
  }

  /// Who is in already is served on; nobody new is at present.
  static let serverBusy = SignalingError(
    .serverBusy, "This server has as much to do as it can: try again in a while.", retryAfter: .seconds(10))

  package let code: Code
  /// One sentence for the person who did it.
  package let message: String
  /// How long to wait before trying again, where waiting helps.
  package let retryAfter: Duration?

  package init(_ code: Code, _ message: String, retryAfter: Duration? = nil) {
    self.code = code
    self.message = message
    self.retryAfter = retryAfter
  }
}
