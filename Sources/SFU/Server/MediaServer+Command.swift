extension MediaServer {
  /// What the control path asks of a room's media.
  ///
  /// Rooms and participants are opaque texts here: what they mean, signalling knows.
  package enum Command: Equatable, Sendable {
    case open(Mode)
    case add(String, publishing: Kinds)
    /// From now on only these kinds of the participant's media go further.
    case allow(String, publishing: Kinds)
    /// The participant's publishing connection offers.
    case offer(String, description: String)
    /// The participant answers its subscription's offer.
    case answer(String, description: String)
    /// The participant's subscription has lost its way and is offered new ICE credentials.
    case restart(String)
    case remove(String)
    case close
  }

  /// Who gets whose media in a room.
  package enum Mode: Hashable, Sendable {
    /// Everybody gets everybody's; not served yet, so opening such a room fails.
    case routed
    /// All get that of a few; not served yet, so opening such a room fails.
    case broadcast
    /// Everybody gets the own tracks back.
    case echo
  }

  /// Kinds of media that a participant may publish.
  package struct Kinds: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
      self.rawValue = rawValue
    }

    package static let audio = Kinds(rawValue: 1 << 0)
    package static let video = Kinds(rawValue: 1 << 1)
  }
}
