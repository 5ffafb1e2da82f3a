extension MediaServer {
  /// What the control path asks of a room's media.
  ///
  /// Rooms and participants are opaque texts here: what they mean, signalling knows.
  package enum Command: Equatable, Sendable {
    case open(Mode)
    case add(String, publishing: Kinds)
    /// From now on only these kinds of the participant's media go further.
    case allow(String, publishing: Kinds)
    /// The participant's publishing connection offers. `sources` says what its media descriptions show, by `mid`; of those it
    /// does not name the first of either kind is the microphone or the camera.
    case offer(String, description: String, sources: [String: Source])
    /// The participant answers its subscription's offer.
    case answer(String, description: String)
    /// The participant's subscription has lost its way and is offered new ICE credentials, or, `anew`, another connection.
    case restart(String, anew: Bool)
    /// The participant wants these tracks of a routed room, whether they are published now or later. Sound needs no asking.
    case subscribe(String, [Track: LayerWish])
    /// It wants these no longer.
    case unsubscribe(String, [Track])
    /// Offers the one connection of a participant that only watches, and says what it is to be sent; answered by `slots` and one
    /// `answer`, or one `refused`. What is not published yet is sent when it is.
    case watch(String, description: String, of: Selection)
    /// A participant that watches is sent these from now on, over the connection that it has.
    case select(String, Selection)
    /// A fragment (RFC 8840) about the connection that the participant offered last: candidates, or an ICE restart if it
    /// `mayRestart`; answered by one `fragment` or `refused`.
    case fragment(String, String, mayRestart: Bool)
    /// Is answered by one `report`, unless the participant is gone.
    case report(String)
    case remove(String)
    case close
  }

  /// Who gets whose media in a room.
  package enum Mode: Hashable, Sendable {
    /// Everybody hears the others and sees those it asks for.
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
    /// A shared screen with its sound.
    package static let screen = Kinds(rawValue: 1 << 2)
  }

  /// What a participant publishes; at most one track of each.
  package enum Source: UInt8, Hashable, Sendable, CaseIterable {
    case microphone
    case camera
    case screen
    case screenAudio

    package var kind: Slot.Kind {
      switch self {
      case .microphone, .screenAudio: .audio
      case .camera, .screen: .video
      }
    }

    /// Which permission it needs.
    package var kinds: Kinds {
      switch self {
      case .microphone: .audio
      case .camera: .video
      case .screen, .screenAudio: .screen
      }
    }
  }

  /// What a participant is sent that only watches: at most one track of either kind.
  package struct Selection: Hashable, Sendable {
    package var audio: Track?
    package var video: Track?

    package init(audio: Track? = nil, video: Track? = nil) {
      (self.audio, self.video) = (audio, video)
    }

    func track(of kind: Slot.Kind) -> Track? {
      switch kind {
      case .audio: audio
      case .video: video
      }
    }

    func contains(_ track: Track) -> Bool { self.track(of: track.source.kind) == track }
  }

  /// A published track: whose, and what it shows.
  package struct Track: Hashable, Sendable {
    package let participant: String
    package let source: Source

    package init(_ participant: String, _ source: Source) {
      (self.participant, self.source) = (participant, source)
    }
  }
}
