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
    priority = Priority(wish.priority)
  }
}

extension LayerWish.Priority {
  fileprivate init(_ priority: MediaWish.Priority) {
    switch priority {
    case .background: self = .background
    case .normal: self = .normal
    case .pinned: self = .pinned
    }
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
    self.init(
      published: report.published.map(Published.init), subscribed: report.subscribed.map(Subscribed.init),
      downlink: report.downlink.map(Downlink.init))
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
      temporalLayer: subscribed.temporalLayer, bitsPerSecond: subscribed.bitsPerSecond,
      wantedSpatialLayer: subscribed.wantedSpatialLayer, limit: subscribed.limit.map(Limit.init))
  }
}

extension MediaReport.Subscribed.Limit {
  fileprivate init(_ limit: MediaServer.Subscribed.Limit) {
    switch limit {
    case .network: self = .network
    case .publisher: self = .publisher
    case .switching: self = .switching
    case .server: self = .server
    }
  }
}

extension MediaReport.Downlink {
  fileprivate init(_ downlink: MediaServer.Downlink) {
    self.init(
      bitsPerSecond: downlink.bitsPerSecond, wantedBitsPerSecond: downlink.wantedBitsPerSecond, loss: downlink.loss,
      roundTripTime: downlink.roundTripTime)
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

extension MediaQuality {
  init(_ quality: MediaServer.Quality) {
    self.init(publishing: quality.publishing.map(Rating.init), receiving: quality.receiving.map(Rating.init))
  }
}

extension MediaQuality.Rating {
  fileprivate init(_ rating: MediaServer.Quality.Rating) {
    self.init(MediaQuality.Level(rating.level), rating.reason.map(MediaQuality.Reason.init))
  }
}

extension MediaQuality.Level {
  fileprivate init(_ level: MediaServer.Quality.Level) {
    switch level {
    case .lost: self = .lost
    case .poor: self = .poor
    case .fair: self = .fair
    case .good: self = .good
    }
  }
}

extension MediaQuality.Reason {
  fileprivate init(_ reason: MediaServer.Quality.Reason) {
    switch reason {
    case .loss: self = .loss
    case .bandwidth: self = .bandwidth
    case .nothingSent: self = .nothingSent
    }
  }
}
