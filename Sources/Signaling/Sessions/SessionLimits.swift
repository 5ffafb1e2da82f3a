/// How much one session may say, kind by kind.
struct SessionLimits: Sendable {
  /// What is to be done with a message.
  enum Verdict: Sendable, Equatable {
    case accepted
    case refused(retryAfter: Duration)
    case closed(CloseReason)
  }

  private var any: TokenBucket
  private var requests: TokenBucket
  private var signals: TokenBucket
  private var signalBytes: TokenBucket
  private var presence: TokenBucket
  private var chat: TokenBucket
  private var reactions: TokenBucket
  private var descriptions: TokenBucket
  private var subscriptions: TokenBucket
  private var mediaReports: TokenBucket
  private var moderation: TokenBucket
  private var refusals: TokenBucket
  private var malformed: TokenBucket

  init(_ limits: SignalingLimits, at now: Timestamp) {
    any = TokenBucket(limits.anything, at: now)
    requests = TokenBucket(limits.requests, at: now)
    signals = TokenBucket(limits.signals, at: now)
    signalBytes = TokenBucket(limits.signalBytes, at: now)
    presence = TokenBucket(limits.presence, at: now)
    chat = TokenBucket(limits.chat, at: now)
    reactions = TokenBucket(limits.reactions, at: now)
    descriptions = TokenBucket(limits.descriptions, at: now)
    subscriptions = TokenBucket(limits.subscriptions, at: now)
    mediaReports = TokenBucket(limits.mediaReports, at: now)
    moderation = TokenBucket(limits.moderation, at: now)
    refusals = TokenBucket(limits.refusals, at: now)
    malformed = TokenBucket(limits.malformed, at: now)
  }

  /// Decides before the message is looked at, so that a flood costs next to nothing.
  mutating func take(at now: Timestamp) -> Verdict {
    refusal(after: any.take(at: now), at: now)
  }

  /// Decides when the message's kind is known.
  mutating func take(_ kind: ClientMessage.Kind, byteCount: Int, at now: Timestamp) -> Verdict {
    if kind == .signal {
      return refusal(after: signals.take(at: now) ?? signalBytes.take(Double(byteCount), at: now), at: now)
    }
    if let wait = requests.take(at: now) { return refusal(after: wait, at: now) }
    return switch kind {
    case .sendChat, .editChat: refusal(after: chat.take(at: now), at: now)
    case .react, .reactToChat: refusal(after: reactions.take(at: now), at: now)
    case .updateRoom, .moderate, .setPermission, .setRole, .transferHost, .messageWaiting, .admit, .deny, .getAudit,
      .createStreamKey, .getStreamKeys, .revokeStreamKey:
      refusal(after: moderation.take(at: now), at: now)
    case .setDevices, .rename, .raiseHand, .deleteChat, .reportLimitation:
      refusal(after: presence.take(at: now), at: now)
    case .publish, .answerSubscription, .restartSubscription: refusal(after: descriptions.take(at: now), at: now)
    case .subscribe, .unsubscribe: refusal(after: subscriptions.take(at: now), at: now)
    case .getMedia: refusal(after: mediaReports.take(at: now), at: now)
    case .hello, .join, .resume, .leave, .ping, .signal, .endRoom, .startEcho, .endEcho, .moved, .meshFailed: .accepted
    }
  }

  /// Decides about a session that sent something without form.
  mutating func takeMalformed(at now: Timestamp) -> Verdict {
    malformed.take(at: now) == nil ? .accepted : .closed(.protocolViolation)
  }

  private mutating func refusal(after wait: Duration?, at now: Timestamp) -> Verdict {
    guard let wait else { return .accepted }
    return refusals.take(at: now) == nil ? .refused(retryAfter: wait) : .closed(.rateLimited)
  }
}
