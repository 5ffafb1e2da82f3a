import HTTPTypes
/// The descriptions of one session as a machine: which request waits for which answer of media, and which entity tag is current.
///
/// Media answers the offer and the fragments in the order in which they were passed on, each once.
package struct StreamExchange: Sendable {
  /// How a request ends.
  package enum Reply: Sendable, Equatable {
    case created(answer: String, EntityTag)
    case trickled
    case restarted(fragment: String, EntityTag)
    case failed(DoorFailure)
  }

  /// The number of a request of this session.
  package typealias Request = Int

  private struct Pending: Sendable {
    let request: Request
    let isOffer: Bool
    let mayRestart: Bool
    let expiresAt: Timestamp
    /// Whether the one who asked was told already that it takes too long.
    var isAnswered = false
  }

  /// Fragments that may wait for media: candidates come in bursts.
  package static let maximumPending = 16
  /// Encoders give up after eight seconds (OBS), and an answer usually takes a few milliseconds.
  package static let patience = Duration.seconds(5)

  private var pending: [Pending] = []
  private var tag: EntityTag?
  private var nextRequest = 0
  private var isOver = false

  package init() {}

  // MARK: The client

  /// The offer that the session begins with is passed on.
  package mutating func offer(at now: Timestamp) -> Request {
    append(isOffer: true, mayRestart: false, at: now)
  }

  /// A fragment is to be passed on, if its condition and what else is under way allow it (RFC 9725 §4.3).
  ///
  /// While a restart is under way the tag that was current is not any more; should media refuse the restart, it is again.
  package mutating func patch(
    _ condition: EntityCondition, at now: Timestamp
  ) throws(DoorFailure) -> (request: Request, mayRestart: Bool) {
    guard !isOver, let tag else { throw .unknownSession }
    let isRestarting = pending.contains(where: \.mayRestart) && !condition.isAny
    guard condition.allows(tag), !isRestarting else { throw Self.mismatch }
    guard pending.count < Self.maximumPending else { throw Self.tooMany }
    return (append(isOffer: false, mayRestart: condition.isAny, at: now), condition.isAny)
  }

  // MARK: Media

  package mutating func answered(_ answer: String, tag: EntityTag) -> [(Request, Reply)] {
    guard let request = take(isOffer: true) else { return [] }
    self.tag = tag
    return reply(.created(answer: answer, tag), to: request)
  }

  /// - Parameter fragment: what the client must be told because ICE was restarted; nil if it only trickled.
  package mutating func patched(_ fragment: String?, tag: EntityTag) -> [(Request, Reply)] {
    guard let request = take(isOffer: false) else { return [] }
    guard let fragment else { return reply(.trickled, to: request) }
    self.tag = tag
    return reply(.restarted(fragment: fragment, tag), to: request)
  }

  package mutating func refused(_ refusal: MediaRefusal) -> [(Request, Reply)] {
    guard let request = take(isOffer: refusal.description != .fragment) else { return [] }
    return reply(.failed(DoorFailure(refusal)), to: request)
  }

  // MARK: Ends

  /// Tells those whom media has not answered in time; what it says later goes to nobody.
  package mutating func advance(to now: Timestamp) -> [(Request, Reply)] {
    var late: [(Request, Reply)] = []
    for index in pending.indices where !pending[index].isAnswered && pending[index].expiresAt <= now {
      pending[index].isAnswered = true
      late.append((pending[index].request, .failed(.unavailable)))
    }
    return late
  }

  /// The session is over: nobody waits any longer.
  package mutating func end() -> [(Request, Reply)] {
    guard !isOver else { return [] }
    isOver = true
    defer { pending = [] }
    return pending.flatMap { reply(.failed($0.isOffer ? .unavailable : .unknownSession), to: $0) }
  }

  private static let mismatch = DoorFailure(
    .preconditionFailed, "The entity tag is not the one of the present ICE session.")
  private static let tooMany = DoorFailure(
    .tooManyRequests, "Wait until the last fragments were answered.", retryAfter: .seconds(1))

  private mutating func append(isOffer: Bool, mayRestart: Bool, at now: Timestamp) -> Request {
    defer { nextRequest += 1 }
    pending.append(
      Pending(request: nextRequest, isOffer: isOffer, mayRestart: mayRestart, expiresAt: now + Self.patience))
    return nextRequest
  }

  private mutating func take(isOffer: Bool) -> Pending? {
    guard let first = pending.first, first.isOffer == isOffer else { return nil }
    return pending.removeFirst()
  }

  private func reply(_ reply: Reply, to pending: Pending) -> [(Request, Reply)] {
    pending.isAnswered ? [] : [(pending.request, reply)]
  }
}
