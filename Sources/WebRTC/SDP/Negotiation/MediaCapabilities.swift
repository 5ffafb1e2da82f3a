import RTP

/// What this server is willing to negotiate.
package struct MediaCapabilities: Sendable {
  /// The audio codecs that are forwarded; their order is the offer's.
  package var audioCodecs: [MediaCodec.Family]
  /// The video codecs that are forwarded, the one that publishers shall prefer first.
  package var videoCodecs: [MediaCodec.Family]
  /// No stack sends more simulcast layers.
  package var maximumLayerCount = 4

  package init(
    audioCodecs: [MediaCodec.Family] = [.opus, .red],
    videoCodecs: [MediaCodec.Family] = [.vp8, .h264, .vp9, .av1, .h265]
  ) {
    self.audioCodecs = audioCodecs
    self.videoCodecs = videoCodecs
  }

  /// The same, with one of the video codecs before the others: what a track that is watched comes in.
  package func preferring(_ family: MediaCodec.Family) -> MediaCapabilities {
    guard let index = videoCodecs.firstIndex(of: family) else { return self }
    var capabilities = self
    capabilities.videoCodecs.insert(capabilities.videoCodecs.remove(at: index), at: 0)
    return capabilities
  }

  func codecs(of kind: MediaKind) -> [MediaCodec.Family] {
    switch kind {
    case .audio: return audioCodecs
    case .video: return videoCodecs
    case .application, .other: return []
    }
  }

  /// The feedback that is understood for media of a kind.
  static func feedback(of kind: MediaKind) -> [RTCPFeedback] {
    switch kind {
    case .audio: return [.transportWideCongestionControl, .nack]
    case .video:
      return [
        .receiverEstimatedMaximumBitrate, .transportWideCongestionControl, .fullIntraRequest, .nack,
        .pictureLossIndication,
      ]
    case .application, .other: return []
    }
  }

  /// The header extensions that are read from a publisher of a kind.
  static func receivedExtensions(of kind: MediaKind) -> [HeaderExtensionKind] {
    switch kind {
    case .audio:
      return [.mid, .audioLevel, .absoluteSendTime, .transportSequenceNumber, .absoluteCaptureTime]
    case .video:
      return sentExtensions(of: .video) + [.rid, .repairedRID, .videoLayersAllocation]
    case .application, .other: return []
    }
  }

  /// The header extensions that a subscriber can be sent; which stream is whose, the server knows better than the publisher.
  static func sentExtensions(of kind: MediaKind) -> [HeaderExtensionKind] {
    switch kind {
    case .audio:
      return [.mid, .audioLevel, .absoluteSendTime, .transportSequenceNumber, .absoluteCaptureTime]
    case .video:
      return [
        .mid, .absoluteSendTime, .transportSequenceNumber, .absoluteCaptureTime, .playoutDelay, .videoOrientation,
        .dependencyDescriptor, .transmissionOffset, .videoContentType, .videoTiming, .colorSpace,
      ]
    case .application, .other: return []
    }
  }
}
