extension MediaServer {
  /// What media tells the control path.
  package struct Event: Equatable, Sendable {
    package let room: String
    package let news: News
  }

  /// What has happened in one room; participants are named as the commands name them.
  ///
  /// Every `offer` and `watch` is followed by exactly one `answer` or `refused`, every `answer` by one `accepted` or `refused`, every
  /// `fragment` by one `fragment` or `refused`, in order.
  package enum News: Equatable, Sendable {
    /// The room could not be opened; nothing of it is kept.
    case failed
    /// The participant's connections are over without having been asked to; it can be added anew.
    case lost(String)
    case answer(String, description: String)
    case accepted(String)
    /// The participant's description was of no use; nothing has changed.
    case refused(String, Refusal)
    /// The offer of the participant's subscription, with what each place in it carries.
    case offer(String, description: String, slots: [Slot])
    /// These slots of the participant's subscription carry other tracks now, without another offer: those that have changed, or
    /// all those of a participant that only watches.
    case slots(String, [Slot])
    case report(String, Report)
    /// The participant's oldest unanswered fragment was taken; with the fragment to be returned if it restarted ICE.
    case fragment(String, String?)
    /// The connection that the participant offered is up.
    case connected(String)
    /// So many of the layers of what the participant publishes are of use to somebody, counted from the smallest. Until it is told
    /// first, all are.
    case demand(String, Source, layers: Int)
    /// Who leads the conversation; nil when nobody has for a while.
    case dominantSpeaker(String?)
    /// How a participant's media does, when that has changed.
    case quality(String, Quality)
  }

  /// One place of a subscription: a media description in which tracks are sent.
  package struct Slot: Equatable, Sendable {
    package enum Kind: String, Sendable {
      case audio
      case video
    }

    package let mid: String
    package let kind: Kind
    /// What is sent in it; nil for none, and in an echo.
    package let track: Track?

    package init(mid: String, kind: Kind, track: Track? = nil) {
      (self.mid, self.kind, self.track) = (mid, kind, track)
    }
  }

  /// Which description was of no use, and why.
  package struct Refusal: Error, Equatable, Sendable {
    package enum Description: String, Sendable {
      case offer
      case answer
      case fragment
    }

    package enum Cause: String, Sendable {
      /// It breaks the rules of its format.
      case malformed
      /// It is well formed, and nothing here can serve it.
      case unusable
      /// There is no place for one more at present.
      case full
    }

    package let description: Description
    package let cause: Cause
    /// A sentence for whoever wrote the description.
    package let reason: String

    package init(description: Description, cause: Cause = .unusable, reason: String) {
      (self.description, self.cause, self.reason) = (description, cause, reason)
    }
  }
}
