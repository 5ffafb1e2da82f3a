package import SFU
package import Signaling

// MARK: - Tracks, slots, wishes and reports in the words of either side
extension MediaServer.Source {
  init(_ source: MediaSource) {
    self =
      switch source {
      case .microphone: .microphone
      case .camera: .camera
      case .screen: .screen
      case .screenAudio: .screenAudio
      }
  }
}

extension MediaSource {
  init(_ source: MediaServer.Source) {
    self =
      switch source {
      case .microphone: .microphone
      case .camera: .camera
      case .screen: .screen
      case .screenAudio: .screenAudio
      }
  }
}

extension MediaServer.Track {
  init(_ track: MediaTrack) {
    self.init(track.participant.rawValue, MediaServer.Source(track.source))
  }
}

extension MediaServer.Selection {
  init(_ selection: MediaTrackSelection) {
    self.init(
      audio: selection.audio.map(MediaServer.Track.init), video: selection.video.map(MediaServer.Track.init))
  }
}

extension MediaTrack {
  init(_ track: MediaServer.Track) {
    self.init(ParticipantID(rawValue: track.participant), MediaSource(track.source))
  }
}

extension LayerWish {
  package init(_ wish: MediaWish) {
    self.init()
    spatialLayer = wish.spatialLayer.map(UInt8.init(clamping:))
    temporalLayer = wish.temporalLayer.map(UInt8.init(clamping:))
    width = wish.width.map(UInt16.init(clamping:))
    height = wish.height.map(UInt16.init(clamping:))
    isPaused = wish.isPaused
  }
}

extension MediaSlot {
  init(_ slot: MediaServer.Slot) {
    let track = slot.track.map(MediaTrack.init)
    switch slot.kind {
    case .audio: self.init(mid: slot.mid, kind: .audio, track: track)
    case .video: self.init(mid: slot.mid, kind: .video, track: track)
    }
  }
}

extension MediaReport {
  init(_ report: MediaServer.Report) {
    self.init(published: report.published.map(Published.init), subscribed: report.subscribed.map(Subscribed.init))
  }
}

extension MediaReport.Published {
  fileprivate init(_ published: MediaServer.Published) {
    self.init(
      source: MediaSource(published.source), layers: published.layers.map(MediaReport.Layer.init),
      packetsLost: published.packetsLost)
  }
}

extension MediaReport.Layer {
  fileprivate init(_ layer: MediaServer.Layer) {
    self.init(rid: layer.rid, width: layer.width, height: layer.height, bitsPerSecond: layer.bitsPerSecond)
  }
}

extension MediaReport.Subscribed {
  fileprivate init(_ subscribed: MediaServer.Subscribed) {
    self.init(
      track: MediaTrack(subscribed.track), state: State(subscribed.state), spatialLayer: subscribed.spatialLayer,
      temporalLayer: subscribed.temporalLayer, bitsPerSecond: subscribed.bitsPerSecond)
  }
}

extension MediaReport.Subscribed.State {
  fileprivate init(_ state: MediaServer.Subscribed.State) {
    switch state {
    case .active: self = .active
    case .starting: self = .starting
    case .paused: self = .paused
    case .absent: self = .absent
    }
  }
}
