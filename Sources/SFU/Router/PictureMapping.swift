package import RTP
import WebRTC

/// Maps the numbers inside packets to one numbering for the subscriber: picture id, TL0PICIDX, KEYIDX, frame number.
///
/// At a switch each goes on by one. VP8's picture ids are closed up where frames are left out, as a receiver takes a gap for a
/// loss; VP9 and dependency descriptors refer to other frames by distance, so theirs keep their gaps.
package struct PictureMapping: ~Copyable, Sendable {
  private let inPlace = InPlace()
  private static let keyIndexCount: UInt8 = 32

  private var format = PacketLayers.Format.plain
  private var pictures = ClosedNumbers()
  /// The newest picture that was sent, in the subscriber's numbering, and the numbers that went with it.
  private var newestPicture: Int64?
  private var newestTL0: UInt8 = 0
  private var newestKeyIndex: UInt8 = 0
  private var tl0Offset: UInt8 = 0
  private var keyIndexOffset: UInt8 = 0
  private var frameOffset: Int64 = 0
  private var newestFrame: Int64?

  package init() {}

  /// From here on numbers are of another source, whose first packet says this.
  package mutating func begin(with first: PacketLayers) {
    format = first.format
    if let picture = first.pictureID {
      let target = newestPicture.map { $0 + 1 } ?? picture
      pictures.begin(at: picture, as: target)
    }
    if newestPicture != nil {
      tl0Offset = newestTL0 &+ 1 &- (first.tl0PictureIndex ?? 0)
      keyIndexOffset = newestKeyIndex &+ 1 &- (first.keyIndex ?? 0)
    }
    if let frame = first.frame, let newestFrame { frameOffset = newestFrame + 1 - frame.number }
  }

  /// What is written into a packet; nil if its picture was left out.
  package mutating func map(_ layers: PacketLayers) -> PacketRewriting? {
    var rewriting = PacketRewriting()
    if let frame = layers.frame {
      let number = frame.number + frameOffset
      rewriting.hasDescriptor = true
      rewriting.frameNumber = UInt16(truncatingIfNeeded: number)
      newestFrame = max(newestFrame ?? number, number)
    }
    guard format != .plain, layers.format == format else { return rewriting }
    rewriting.payload = format == .vp8 ? .vp8 : .vp9
    rewriting.tl0PictureIndex = (layers.tl0PictureIndex ?? 0) &+ tl0Offset
    rewriting.keyIndex = ((layers.keyIndex ?? 0) &+ keyIndexOffset) % Self.keyIndexCount
    guard let source = layers.pictureID else { return rewriting }
    guard let picture = pictures.map(source) else { return nil }
    rewriting.pictureID = UInt16(truncatingIfNeeded: picture & 0x7fff)
    if picture >= newestPicture ?? .min {
      (newestPicture, newestTL0, newestKeyIndex) = (picture, rewriting.tl0PictureIndex, rewriting.keyIndex)
    }
    return rewriting
  }

  /// Leaves the picture of a packet out.
  package mutating func leaveOut(_ layers: PacketLayers) {
    guard format == .vp8, layers.format == .vp8, let picture = layers.pictureID else { return }
    _ = pictures.leaveOut(picture)
  }
}
