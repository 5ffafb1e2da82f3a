package import RTP

/// One picture of a layer, without its content unless it is to be watched.
package struct SyntheticPicture: Sendable {
  package let number: UInt32
  package let layer: UInt8
  package let isKeyframe: Bool
  package let size: (width: UInt16, height: UInt16)
  package let pictureID: UInt16
  package let baseIndex: UInt8
  package let temporalLayer: TemporalPattern.Place
  package let byteCount: Int
  package let packetCount: Int
  package let content: WatchableMedia.Picture?

  /// On the clock of RTP, from zero.
  package var timestamp: UInt32 { number &* UInt32(SyntheticVideo.clockRate / 30) }
}

/// One packet of a picture; its bytes are made when it is sent, and made again when it is repaired.
package struct SyntheticPacket: Sendable {
  /// What stands where a picture would be; the lowest bit says that a first packet begins no keyframe (RFC 7741 §4.3).
  private static let filler: UInt8 = 0x55
  /// A frame tag that says keyframe and shown, and the start code (RFC 6386 §9.1).
  private static let keyframeHead: [UInt8] = [0x10, 0x00, 0x00, 0x9D, 0x01, 0x2A]

  /// With a picture number of 15 bits, and all other fields.
  static let descriptorByteCount = 6

  package let picture: SyntheticPicture
  package let index: Int

  package init(picture: SyntheticPicture, index: Int) {
    (self.picture, self.index) = (picture, index)
  }

  package var isLast: Bool { index == picture.packetCount - 1 }

  /// The packets of a picture are equal but for one byte, the longer ones last, as libwebrtc divides it.
  package var byteCount: Int {
    let (length, rest) = picture.byteCount.quotientAndRemainder(dividingBy: picture.packetCount)
    return index >= picture.packetCount - rest ? length + 1 : length
  }

  /// Where the packet begins in the picture, of which the payload descriptors are no part.
  private var offset: Int {
    let (length, rest) = picture.byteCount.quotientAndRemainder(dividingBy: picture.packetCount)
    return index * (length - Self.descriptorByteCount) + max(0, index - (picture.packetCount - rest))
  }

  /// Writes the payload of the packet as it is sent at `now`.
  package func write(run: UInt32, sentAt now: Instant, into output: inout OutputRawSpan) throws(WireError) {
    let start = output.byteCount
    try descriptor.write(into: &output)
    if let content = picture.content { return try write(content, run: run, sentAt: now, into: &output) }
    if picture.isKeyframe, index == 0 { try writeKeyframeHead(into: &output) }
    let padding = byteCount - (output.byteCount - start) - MediaStamp.byteCount
    precondition(padding >= 0, "a packet has room for its stamp")
    guard output.freeCapacity >= padding else { throw .bufferFull }
    output.append(repeating: Self.filler, count: padding, as: UInt8.self)
    let stamp = MediaStamp(
      run: run, sentAt: now, frame: picture.number, index: UInt16(index), count: UInt16(picture.packetCount),
      layer: picture.layer)
    try stamp.write(into: &output)
  }

  /// What is behind the end of a picture does a decoder no harm, so the last packet has a stamp, as if it were the only one.
  private func write(
    _ content: WatchableMedia.Picture, run: UInt32, sentAt now: Instant, into output: inout OutputRawSpan
  ) throws(WireError) {
    let bytes = content.bytes
    let end = min(bytes.count, offset + byteCount - Self.descriptorByteCount)
    try output.writeBytes(bytes.span.bytes.extracting(offset..<end))
    guard isLast else { return }
    try MediaStamp(run: run, sentAt: now, frame: picture.number, layer: picture.layer).write(into: &output)
  }

  private var descriptor: VP8PayloadDescriptor {
    var descriptor = VP8PayloadDescriptor(startsPartition: index == 0)
    descriptor.pictureID = picture.pictureID
    descriptor.tl0PictureIndex = picture.baseIndex
    descriptor.temporalLayer = picture.temporalLayer
    return descriptor
  }

  private func writeKeyframeHead(into output: inout OutputRawSpan) throws(WireError) {
    try output.writeBytes(Self.keyframeHead.span.bytes)
    try output.writeUInt16(picture.size.width.byteSwapped)
    try output.writeUInt16(picture.size.height.byteSwapped)
  }
}
