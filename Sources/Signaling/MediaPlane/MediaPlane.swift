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

/// What a room asks of the media plane, in the order it asks.
package enum MediaCommand: Hashable, Sendable {
  case open(Topology)
  case add(ParticipantID, publishing: MediaKinds)
  /// What this participant may send from now on; whatever else it sends is dropped.
  case allow(ParticipantID, publishing: MediaKinds)
  case remove(ParticipantID)
  case close
}

/// What the media plane tells a room.
package enum MediaEvent: Hashable, Sendable {
  /// The room's media was lost as a whole; the room asks for it anew.
  case failed
  /// The media transport of one participant is gone; its signalling may live.
  case lost(ParticipantID)
}

/// Where routed and broadcast rooms have their media from: the SFU, seen by rooms that know no packet.
package protocol MediaPlane: Sendable {
  /// The topologies beyond `mesh` this plane carries.
  var topologies: Set<Topology> { get }
  /// What happens to media, of all rooms; iterated once.
  var events: AsyncStream<(RoomID, MediaEvent)> { get }
  /// Does one command; called for one command of a room after the other.
  func perform(_ command: MediaCommand, in room: RoomID) async
}
