/// The header extensions the server knows by name: those it reads or writes, and those it passes on unread.
@usableFromInline package enum HeaderExtensionKind: UInt8, CaseIterable, Sendable {
  case mid
  case rid
  case repairedRID
  case audioLevel
  case absoluteSendTime
  case transportSequenceNumber
  case transportSequenceNumberV2
  case playoutDelay
  case absoluteCaptureTime
  case videoOrientation
  case dependencyDescriptor
  case videoLayersAllocation
  case transmissionOffset
  case videoContentType
  case videoTiming
  case colorSpace

  /// The extension that an `a=extmap` line names.
  package init?(uri: String) {
    guard let kind = Self.allCases.first(where: { $0.uri == uri }) else { return nil }
    self = kind
  }

  /// The name of the extension in `a=extmap`.
  package var uri: String {
    switch self {
    case .mid: "urn:ietf:params:rtp-hdrext:sdes:mid"
    case .rid: "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
    case .repairedRID: "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
    case .audioLevel: "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
    case .absoluteSendTime: "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
    case .transportSequenceNumber:
      "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
    case .transportSequenceNumberV2: "http://www.webrtc.org/experiments/rtp-hdrext/transport-wide-cc-02"
    case .playoutDelay: "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"
    case .absoluteCaptureTime: "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time"
    case .videoOrientation: "urn:3gpp:video-orientation"
    case .dependencyDescriptor:
      "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension"
    case .videoLayersAllocation: "http://www.webrtc.org/experiments/rtp-hdrext/video-layers-allocation00"
    case .transmissionOffset: "urn:ietf:params:rtp-hdrext:toffset"
    case .videoContentType: "http://www.webrtc.org/experiments/rtp-hdrext/video-content-type"
    case .videoTiming: "http://www.webrtc.org/experiments/rtp-hdrext/video-timing"
    case .colorSpace: "http://www.webrtc.org/experiments/rtp-hdrext/color-space"
    }
  }
}

/// A set of header extensions.
@usableFromInline package struct HeaderExtensionKinds: OptionSet, Sendable {
  @usableFromInline package let rawValue: UInt32

  @inlinable package init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  @inlinable package init(_ kind: HeaderExtensionKind) {
    rawValue = 1 << UInt32(kind.rawValue)
  }

  @inlinable package func contains(_ kind: HeaderExtensionKind) -> Bool {
    rawValue & (1 << UInt32(kind.rawValue)) != 0
  }

  /// Extensions about the media, which mean the same on every transport and can be passed on as they are.
  ///
  /// Left out are those that name the stream (mid, rid), those that measure the transport, and those that a router must rewrite
  /// when it drops frames or layers.
  @usableFromInline package static let aboutTheMedia: HeaderExtensionKinds = [
    .init(.audioLevel), .init(.playoutDelay), .init(.absoluteCaptureTime), .init(.videoOrientation),
    .init(.transmissionOffset), .init(.videoContentType), .init(.videoTiming), .init(.colorSpace),
  ]
}
