internal import RTP

extension MediaCodec.Family {
  /// Whether a packet with this payload begins a keyframe; false for audio and for what cannot be read.
  package func startsKeyframe(_ payload: RawSpan) -> Bool {
    switch self {
    case .opus, .red: return false
    case .vp8:
      var data = payload
      guard let descriptor = try? VP8PayloadDescriptor(reading: &data) else { return false }
      return descriptor.startsKeyframe(data)
    case .vp9:
      var data = payload
      return (try? VP9PayloadDescriptor(reading: &data))?.startsKeyframe ?? false
    case .h264: return H264.startsKeyframe(payload)
    case .h265: return H265.startsKeyframe(payload)
    case .av1: return AV1AggregationHeader.startsKeyframe(payload)
    }
  }
}
