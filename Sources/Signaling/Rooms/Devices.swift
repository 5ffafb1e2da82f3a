/// Which devices of a participant are on, as the server has it.
package struct Devices: Hashable, Sendable {
  package var audio: Bool
  package var video: Bool
  package var screen: Bool

  package init(audio: Bool = false, video: Bool = false, screen: Bool = false) {
    self.audio = audio
    self.video = video
    self.screen = screen
  }

  /// The kinds of media that are on.
  package var kinds: MediaKinds {
    get {
      var kinds: MediaKinds = []
      if audio { kinds.insert(.audio) }
      if video { kinds.insert(.video) }
      if screen { kinds.insert(.screen) }
      return kinds
    }
    set {
      audio = newValue.contains(.audio)
      video = newValue.contains(.video)
      screen = newValue.contains(.screen)
    }
  }
}
