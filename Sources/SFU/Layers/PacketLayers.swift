package import RTP

/// What a packet says of the frame it belongs to and of its place among the layers; read once for all subscribers. Trivial.
package struct PacketLayers: Sendable {
  /// Where the numbers of pictures stand, if there are any.
  package enum Format: Sendable {
    case plain
    case vp8
    case vp9
  }

  /// Where a higher temporal layer can be begun with.
  package enum SwitchingPoint: Sendable {
    case none
    /// The frame needs nothing but the lowest layer.
    case here
    /// The frame needs none of its own layer before it, but the one below.
    case fromBelow
    /// What follows in higher layers needs none of them before this frame.
    case afterwards
  }

  package var format = Format.plain
  package var spatialID: UInt8 = 0
  package var temporalID: UInt8 = 0
  /// Whether the packet is the last of its frame, which is one spatial layer of a picture.
  package var endsFrame = false
  /// Whether it is the first packet of a picture that needs no other.
  package var startsKeyframe = false
  package var switchingPoint = SwitchingPoint.none
  /// Whether the frame needs earlier pictures.
  package var isInterPicturePredicted = true
  /// Whether a higher spatial layer of the same picture may need the frame.
  package var isNeededAbove = true
  /// Counts pictures, without wraps.
  package var pictureID: Int64?
  package var tl0PictureIndex: UInt8?
  package var keyIndex: UInt8?
  /// What the dependency descriptor says.
  package var frame: DescribedFrame?

  package init() {}

  /// One frame as its dependency descriptor puts it.
  package struct DescribedFrame: Sendable {
    /// Counts frames of all layers, without wraps.
    package var number: Int64
    package var dependencies: FrameDependencies
    package var isFirstPacket: Bool
  }
}
