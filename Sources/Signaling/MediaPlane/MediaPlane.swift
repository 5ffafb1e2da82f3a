/// Which room, as the media plane knows it: opaque and never used twice, unlike the room's name.
package struct RoomID: Hashable, Sendable {
  package let rawValue: String

  package init(rawValue: String) {
    self.rawValue = rawValue
  }
}

/// Who or what takes part; opaque, unique in the world, and the same after a reconnection.
package struct ParticipantID: Hashable, Comparable, Sendable {
  package let rawValue: String

  package init(rawValue: String) {
    self.rawValue = rawValue
  }

  /// Code-point order, which every client can repeat.
  package static func < (left: ParticipantID, right: ParticipantID) -> Bool {
    left.rawValue.unicodeScalars.lexicographicallyPrecedes(right.rawValue.unicodeScalars)
  }
}

/// The kinds of media a participant may publish.
package struct MediaKinds: OptionSet, Hashable, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  package static let audio = MediaKinds(rawValue: 1)
  package static let video = MediaKinds(rawValue: 2)
  package static let screen = MediaKinds(rawValue: 4)
}

/// What the media plane does with what the participants of a room publish.
package enum MediaMode: Hashable, Sendable {
  /// Everybody is sent what the others publish.
  case routed
  /// A stage publishes to an audience.
  case broadcast
  /// Everybody is sent the own tracks back: the connection test.
  case echo
}

/// A place in a subscription for one track: an `m=` section of the server's offer (RFC 8829 §5.2.1).
package struct MediaSlot: Hashable, Sendable {
  package enum Kind: String, Sendable, CaseIterable { case audio, video }

  package let mid: String
  package let kind: Kind

  package init(mid: String, kind: Kind) {
    self.mid = mid
    self.kind = kind
  }
}

/// Why a description could not be used.
package struct MediaRefusal: Hashable, Sendable {
  package enum Description: Hashable, Sendable { case offer, answer }

  /// Which of them it was: the publishing connection's offer, or the answer to the subscription's.
  package let description: Description
  /// One sentence for whoever sent it.
  package let reason: String

  package init(_ description: Description, _ reason: String) {
    self.description = description
    self.reason = reason
  }
}

/// What a room asks of the media plane, in the order it asks.
///
/// A participant has two peer connections: it offers the one it publishes on, and is offered the one of its subscription.
/// Descriptions are SDP, which signalling passes on and never reads.
package enum MediaCommand: Hashable, Sendable {
  case open(MediaMode)
  case add(ParticipantID, publishing: MediaKinds)
  /// What this participant may send from now on; whatever else it sends is dropped.
  case allow(ParticipantID, publishing: MediaKinds)
  /// The participant's publishing connection offers; answered by one `answer` or `refused`, in order.
  case offer(ParticipantID, String)
  /// The participant answers its subscription's offer; answered by one `accepted` or `refused`, in order.
  case answer(ParticipantID, String)
  /// The participant's subscription lost its way: it is to be offered new ICE credentials.
  case restart(ParticipantID)
  case remove(ParticipantID)
  case close
}

/// What the media plane tells a room.
package enum MediaEvent: Hashable, Sendable {
  /// The room's media was lost as a whole; the room asks for it anew.
  case failed
  /// The media transport of one participant is gone; its signalling may live.
  case lost(ParticipantID)
  /// The answer to the participant's oldest offer that has none.
  case answer(ParticipantID, String)
  /// The participant's oldest unanswered offer, or answer, cannot be used.
  case refused(ParticipantID, MediaRefusal)
  /// The answer to the subscription's offer is in use.
  case accepted(ParticipantID)
  /// The subscription's offer; one at a time until it is answered.
  case offer(ParticipantID, String, slots: [MediaSlot])
}

/// Where routed and broadcast rooms and connection tests have their media from: the SFU, seen by those that know no packet.
package protocol MediaPlane: Sendable {
  /// What this plane can do.
  var modes: Set<MediaMode> { get }
  /// What happens to media, of all rooms; iterated once.
  var events: AsyncStream<(RoomID, MediaEvent)> { get }
  /// Does one command; called for one command of a room after the other.
  func perform(_ command: MediaCommand, in room: RoomID) async
}
