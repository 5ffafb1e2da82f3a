package import RTP
import WebRTC

/// Decides which packets of the forwarded stream a subscriber gets: those of the layers that it wishes, as far as they can be
/// decoded from what it was sent before.
///
/// Dependency descriptors decide where there are any, else what the payload tells.
package struct LayerSelector: ~Copyable, Sendable {
  private let inPlace = InPlace()
  /// What becomes of a packet.
  package enum Verdict: Equatable, Sendable {
    /// `endsPicture` says that nothing of its picture follows it.
    case forward(endsPicture: Bool)
    /// `joins` says that it belongs to the frame that was left out last.
    case leaveOut(joins: Bool)
  }

  /// The best layers that are wished.
  package struct Bounds: Equatable, Sendable {
    package var spatialID: UInt8
    package var temporalID: UInt8

    package init(spatialID: UInt8 = .max, temporalID: UInt8 = .max) {
      (self.spatialID, self.temporalID) = (spatialID, temporalID)
    }
  }

  package var bounds = Bounds()
  private var pictures = PictureSelector()
  private var frames = FrameSelector()
  private var isDescribed = false
  /// The picture and spatial layer that was left out last.
  private var leftOut: (timestamp: Int64, spatialID: UInt8)?

  package init() {}

  /// The layers that are forwarded.
  package var layers: Bounds { isDescribed ? frames.layers : pictures.layers }

  /// Whether only a keyframe brings the layers that are wished.
  package var needsKeyframe: Bool { isDescribed ? frames.needsKeyframe : pictures.needsKeyframe }

  /// What follows is of another source, or has been interrupted, and begins with a keyframe.
  package mutating func begin(with packet: NumberMapping.Position) {
    isDescribed = packet.layers.frame != nil
    pictures = PictureSelector()
    frames = FrameSelector()
    if let frame = packet.layers.frame { frames.begin(at: frame.number) }
    leftOut = nil
  }

  /// Decides on a packet; `rewriting` gets what its descriptor is to say of the layers.
  package mutating func decide(
    _ packet: NumberMapping.Position, _ reader: borrowing LayerReader, at now: Instant
  ) -> Verdict {
    let isForwarded: Bool
    let endsPicture: Bool
    if isDescribed, let frame = packet.layers.frame {
      isForwarded = frames.decide(packet, frame, reader.targets, bounds, at: now)
      endsPicture = packet.layers.endsFrame && packet.layers.spatialID == frames.layers.spatialID
    } else {
      isForwarded = pictures.decide(packet, bounds, highest: reader.highestSpatialID)
      endsPicture = packet.layers.endsFrame && packet.layers.spatialID == pictures.layers.spatialID
    }
    guard !isForwarded else { return .forward(endsPicture: packet.marker || endsPicture) }
    let joins = leftOut.map { $0.timestamp == packet.timestamp && $0.spatialID == packet.layers.spatialID } ?? false
    leftOut = (packet.timestamp, packet.layers.spatialID)
    return .leaveOut(joins: joins)
  }

  /// Has the descriptor of a forwarded packet name the targets that are sent, once they were fewer than the stream has.
  package func narrow(_ rewriting: inout PacketRewriting, _ packet: PacketLayers, _ targets: DecodeTargets) {
    guard let frame = packet.frame, frame.isFirstPacket, let mask = frames.activeTargets(targets) else { return }
    rewriting.setActiveDecodeTargets(mask, of: targets.count)
  }
}
