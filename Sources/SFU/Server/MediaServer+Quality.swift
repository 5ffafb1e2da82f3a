extension MediaServer {
  /// How a participant's media does, as the server sees it from both sides.
  package struct Quality: Hashable, Sendable {
    /// From bad to good.
    package enum Level: Int, Sendable, Comparable {
      /// Nothing gets through.
      case lost
      /// Sound breaks off, or pictures are far below what is wanted.
      case poor
      /// Somewhat less than what is wanted.
      case fair
      case good

      package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    package enum Reason: Sendable {
      /// Packets are lost on the way.
      case loss
      /// The network carries less than what is wanted.
      case bandwidth
      /// Nothing comes although it is published.
      case nothingSent
    }

    package struct Rating: Hashable, Sendable {
      package var level: Level
      /// Why it is no better; nil for a good one.
      package var reason: Reason?

      package init(_ level: Level, _ reason: Reason? = nil) {
        (self.level, self.reason) = (level, reason)
      }
    }

    /// What the participant sends; nil while it publishes nothing.
    package var publishing: Rating?
    /// What it is sent; nil while that is nothing.
    package var receiving: Rating?

    package init(publishing: Rating? = nil, receiving: Rating? = nil) {
      (self.publishing, self.receiving) = (publishing, receiving)
    }
  }
}
