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

/// What a participant publishes; at most one track of each.
package enum MediaSource: String, Sendable, CaseIterable {
  case microphone
  case camera
  case screen
  /// The sound of a shared screen.
  case screenAudio
}

/// A published track: whose, and what it shows.
package struct MediaTrack: Hashable, Sendable {
  package let participant: ParticipantID
  package let source: MediaSource

  package init(_ participant: ParticipantID, _ source: MediaSource) {
    self.participant = participant
    self.source = source
  }
}

/// What a subscriber wants of a track; nil bounds nothing.
package struct MediaWish: Hashable, Sendable {
  /// How much a picture means to the subscriber, where there is not enough for all.
  package enum Priority: String, Sendable, CaseIterable {
    /// What is seen beside others gets what they leave.
    case background
    case normal
    /// What the subscriber has chosen to look at.
    case pinned
  }

  /// The best of the simulcast or spatial layers, 0 the smallest.
  package var spatialLayer: Int?
  /// The best of the temporal layers, 0 the slowest.
  package var temporalLayer: Int?
  /// What it is shown at, in pixels: no larger picture is needed than the smallest that covers it.
  package var width: Int?
  package var height: Int?
  /// Nothing is sent until it is wanted again.
  package var isPaused = false
  package var priority = Priority.normal

  package init() {}
}

/// What somebody is sent who only watches: at most one track of sound and one picture, each sent as soon as it is published.
package struct MediaTrackSelection: Hashable, Sendable {
  package var audio: MediaTrack?
  package var video: MediaTrack?

  package init(audio: MediaTrack? = nil, video: MediaTrack? = nil) {
    (self.audio, self.video) = (audio, video)
  }
}

/// A place in a subscription for one track: an `m=` section of the server's offer (RFC 8829 §5.2.1).
package struct MediaSlot: Hashable, Sendable {
  package enum Kind: String, Sendable, CaseIterable { case audio, video }

  package let mid: String
  package let kind: Kind
  /// What is sent in it; nil for none, and in a connection test.
  package let track: MediaTrack?

  package init(mid: String, kind: Kind, track: MediaTrack? = nil) {
    self.mid = mid
    self.kind = kind
    self.track = track
  }
}

/// What goes on between a participant and the media plane.
package struct MediaReport: Hashable, Sendable {
  /// A track that the participant publishes or, of one who only watches, that it has selected.
  package struct Published: Hashable, Sendable {
    package var source: MediaSource
    /// From the smallest to the largest; one for a track that has no others.
    package var layers: [Layer]
    package var packetsLost: Int

    package init(source: MediaSource, layers: [Layer], packetsLost: Int) {
      (self.source, self.layers, self.packetsLost) = (source, layers, packetsLost)
    }
  }

  package struct Layer: Hashable, Sendable {
    /// What the publisher calls it (RFC 8851); nil for a spatial layer inside a stream, and for the only one.
    package var rid: String?
    /// In pixels; nil while it is not known.
    package var width: Int?
    package var height: Int?
    package var bitsPerSecond: Int

    package init(rid: String? = nil, width: Int?, height: Int?, bitsPerSecond: Int) {
      (self.rid, self.width, self.height, self.bitsPerSecond) = (rid, width, height, bitsPerSecond)
    }
  }

  /// A track that the participant has asked for, or hears.
  package struct Subscribed: Hashable, Sendable {
    package enum State: String, Sendable, CaseIterable {
      /// It is sent.
      case active
      /// It waits for a keyframe.
      case starting
      /// The subscriber wants nothing of it at present, or its network does not carry it, as `limit` says.
      case paused
      /// It is not published, or has no place yet.
      case absent
    }

    /// What keeps a subscriber from what its view could use.
    package enum Limit: String, Sendable, CaseIterable {
      /// The network to the subscriber.
      case network
      /// The media plane has more to do than it can.
      case server
      /// The publisher sends no more.
      case publisher
      /// A better layer is on its way: its keyframe has not come yet.
      case switching
    }

    package var track: MediaTrack
    package var state: State
    /// What is sent; nil where there are no layers, or nothing is.
    package var spatialLayer: Int?
    package var temporalLayer: Int?
    package var bitsPerSecond: Int
    /// Which layer the subscriber's view could use, among those there are.
    package var wantedSpatialLayer: Int?
    /// Why it is not sent; nil if it is.
    package var limit: Limit?

    package init(
      track: MediaTrack, state: State, spatialLayer: Int?, temporalLayer: Int?, bitsPerSecond: Int,
      wantedSpatialLayer: Int? = nil, limit: Limit? = nil
    ) {
      (self.track, self.state) = (track, state)
      (self.spatialLayer, self.temporalLayer, self.bitsPerSecond) = (spatialLayer, temporalLayer, bitsPerSecond)
      (self.wantedSpatialLayer, self.limit) = (wantedSpatialLayer, limit)
    }
  }

  /// What the network to the participant carries, as far as it is known.
  package struct Downlink: Hashable, Sendable {
    /// What it is believed to carry.
    package var bitsPerSecond: Int
    /// What all that the participant wants would take.
    package var wantedBitsPerSecond: Int
    /// Of packets in hundredths of a percent, after what was repaired had been lost too.
    package var loss: Int
    package var roundTripTime: Duration?

    package init(bitsPerSecond: Int, wantedBitsPerSecond: Int, loss: Int, roundTripTime: Duration?) {
      (self.bitsPerSecond, self.wantedBitsPerSecond) = (bitsPerSecond, wantedBitsPerSecond)
      (self.loss, self.roundTripTime) = (loss, roundTripTime)
    }
  }

  package var published: [Published]
  package var subscribed: [Subscribed]
  /// Nil where nothing is sent.
  package var downlink: Downlink?

  package init(published: [Published] = [], subscribed: [Subscribed] = [], downlink: Downlink? = nil) {
    (self.published, self.subscribed, self.downlink) = (published, subscribed, downlink)
  }
}

/// How a participant's media does, as the server sees it from both sides.
package struct MediaQuality: Hashable, Sendable {
  /// From bad to good.
  package enum Level: Int, Sendable, CaseIterable, Comparable {
    /// Nothing gets through.
    case lost
    /// Sound breaks off, or pictures are far below what is wanted.
    case poor
    /// Somewhat less than what is wanted.
    case fair
    case good

    package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }

    /// As it is written.
    package var name: String {
      switch self {
      case .lost: "lost"
      case .poor: "poor"
      case .fair: "fair"
      case .good: "good"
      }
    }
  }

  package enum Reason: String, Sendable, CaseIterable {
    /// Packets are lost on the way.
    case loss
    /// The network carries less than what is wanted.
    case bandwidth
    /// The device cannot keep up; only its own client knows.
    case cpu
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

/// Why a description could not be used.
package struct MediaRefusal: Hashable, Sendable {
  package enum Description: Hashable, Sendable, CaseIterable { case offer, answer, fragment }

  package enum Cause: Hashable, Sendable, CaseIterable {
    /// It breaks the rules of its format.
    case malformed
    /// It is well formed, and nothing here can serve it.
    case unusable
    /// There is no place for one more at present.
    case full
  }

  /// Which of them it was: the offer of somebody who publishes or watches, the answer to a subscription's, a fragment.
  package let description: Description
  package let cause: Cause
  /// One sentence for whoever sent it.
  package let reason: String

  package init(_ description: Description, _ reason: String, as cause: Cause = .unusable) {
    (self.description, self.reason, self.cause) = (description, reason, cause)
  }
}

/// What a room asks of the media plane, in the order it asks.
///
/// A participant has two peer connections: it offers the one it publishes on, and is offered the one of its subscription. One who only
/// watches (WHEP) has one, which it offers.
/// Descriptions are SDP, which signalling passes on and never reads.
package enum MediaCommand: Hashable, Sendable {
  case open(MediaMode)
  case add(ParticipantID, publishing: MediaKinds)
  /// What this participant may send from now on; whatever else it sends is dropped.
  case allow(ParticipantID, publishing: MediaKinds)
  /// The participant's publishing connection offers; answered by one `answer` or `refused`, in order.
  ///
  /// `sources` says what its media descriptions show, by `mid`; of those it does not name the first of either kind is the
  /// microphone or the camera.
  case offer(ParticipantID, String, sources: [String: MediaSource])
  /// The participant answers its subscription's offer; answered by one `accepted` or `refused`, in order.
  case answer(ParticipantID, String)
  /// The participant's subscription lost its way: it is to be offered new ICE credentials, or, `anew`, another connection.
  case restart(ParticipantID, anew: Bool)
  /// In a routed room: the participant wants these tracks, whether they are published now or later. Sound needs no asking.
  case subscribe(ParticipantID, [MediaTrack: MediaWish])
  /// It wants these no longer.
  case unsubscribe(ParticipantID, [MediaTrack])
  /// Offers the one connection of somebody who only watches, and says what it is to be sent; answered by one `answer` or `refused`,
  /// before the answer by `slots`. What is not published yet is sent when it is; wishes come by `subscribe`.
  case watch(ParticipantID, String, of: MediaTrackSelection)
  /// Somebody who watches is sent these from now on, over the connection that it has.
  case select(ParticipantID, MediaTrackSelection)
  /// A fragment (RFC 8840) about the connection that the participant offered last: candidates, or the credentials of an ICE restart,
  /// which it must not bring unless it `mayRestart`; answered by one `fragment` or `refused`, in order.
  case fragment(ParticipantID, String, mayRestart: Bool)
  /// Asks for a report; answered by one `report`, in order, unless the participant is gone.
  case report(ParticipantID)
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
  /// These slots of the participant's subscription carry other tracks now, without another offer: those that have changed, or all
  /// those of somebody who only watches.
  case slots(ParticipantID, [MediaSlot])
  case report(ParticipantID, MediaReport)
  /// The participant's oldest unanswered fragment was taken; with the fragment to be returned if it restarted ICE.
  case fragment(ParticipantID, String?)
  /// The connection that the participant offered is up: its keys are agreed on.
  case connected(ParticipantID)
  /// So many of the layers of what the participant publishes are of use to somebody, counted from the smallest; the others need not
  /// be encoded. It is told when it changes; until then all are of use.
  case demand(ParticipantID, MediaSource, layers: Int)
  /// Who leads the conversation; nil when nobody has for a while.
  case dominantSpeaker(ParticipantID?)
  /// How a participant's media does, when that has changed.
  case quality(ParticipantID, MediaQuality)
}

/// Where routed and broadcast rooms and connection tests have their media from: the SFU, seen by those that know no packet.
package protocol MediaPlane: Sendable {
  /// What this plane can do.
  var modes: Set<MediaMode> { get }
  /// What happens to media, of all rooms; iterated once.
  var events: AsyncStream<(RoomID, MediaEvent)> { get }
  /// Why no room could use the first offer of somebody who publishes, or only watches; nil if it is for the room to say.
  func refusal(ofOffer offer: String, watching isWatching: Bool) -> MediaRefusal?
  /// Whether nobody more can be served in a room at present, be it open or not: there is as much to do as can be done.
  func isFull(for room: RoomID) -> Bool
  /// Does one command; called for one command of a room after the other.
  func perform(_ command: MediaCommand, in room: RoomID) async
}
