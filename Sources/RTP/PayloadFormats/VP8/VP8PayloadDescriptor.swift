/// What stands before the VP8 data of a packet (RFC 7741 §4.2).
///
/// ```
///      0 1 2 3 4 5 6 7
///     +-+-+-+-+-+-+-+-+
///     |X|R|N|S|R| PID |
///     +-+-+-+-+-+-+-+-+
/// X:  |I|L|T|K| RSV   |
///     +-+-+-+-+-+-+-+-+
/// I:  |M| PictureID   |  M: seven bits are followed by eight more
///     +-+-+-+-+-+-+-+-+
/// L:  |   TL0PICIDX   |
///     +-+-+-+-+-+-+-+-+
/// T/K:|TID|Y| KEYIDX  |
///     +-+-+-+-+-+-+-+-+
/// ```
@usableFromInline package struct VP8PayloadDescriptor: Equatable, Sendable {
  /// The longest descriptor.
  @usableFromInline package static let maximumByteCount = 6

  /// Whether no other frame needs this one.
  @usableFromInline package var isNonReference = false
  /// Whether a partition begins in this packet, and which; the frame begins with the start of partition 0.
  @usableFromInline package var startsPartition: Bool
  @usableFromInline package var partitionIndex: UInt8
  /// Counts frames: 7 or 15 bits, by which it also wraps.
  @usableFromInline package var pictureID: UInt16?
  /// Whether the picture id was, or is to be, written with 15 bits.
  @usableFromInline package var hasLongPictureID = true
  /// Counts frames of the base layer.
  @usableFromInline package var tl0PictureIndex: UInt8?
  @usableFromInline package var temporalLayer: TemporalLayer?
  /// Counts keyframes and frames that refresh as much, five bits.
  @usableFromInline package var keyIndex: UInt8?

  /// The layer of a frame within the frame rate.
  @usableFromInline package struct TemporalLayer: Equatable, Sendable {
    /// 0 to 3.
    @usableFromInline package var id: UInt8
    /// Whether the frame depends on the base layer only, so that a receiver may begin with this layer here (Y).
    @usableFromInline package var isSwitchingPoint: Bool

    @inlinable package init(id: UInt8, isSwitchingPoint: Bool) {
      self.id = id
      self.isSwitchingPoint = isSwitchingPoint
    }
  }

  @inlinable package init(startsPartition: Bool, partitionIndex: UInt8 = 0) {
    self.startsPartition = startsPartition
    self.partitionIndex = partitionIndex
  }

  /// Takes the descriptor from the front of a payload, which leaves the VP8 data.
  @inlinable package init(reading payload: inout RawSpan) throws(WireError) {
    let first = try payload.readUInt8()
    isNonReference = first & 0x20 != 0
    startsPartition = first & 0x10 != 0
    partitionIndex = first & 0x07
    guard first & 0x80 != 0 else { return }
    let flags = try payload.readUInt8()
    if flags & 0x80 != 0 {
      let high = try payload.readUInt8()
      hasLongPictureID = high & 0x80 != 0
      pictureID = hasLongPictureID ? UInt16(high & 0x7f) << 8 | UInt16(try payload.readUInt8()) : UInt16(high)
    }
    if flags & 0x40 != 0 { tl0PictureIndex = try payload.readUInt8() }
    guard flags & 0x30 != 0 else { return }
    let layers = try payload.readUInt8()
    if flags & 0x20 != 0 { temporalLayer = TemporalLayer(id: layers >> 6, isSwitchingPoint: layers & 0x20 != 0) }
    if flags & 0x10 != 0 { keyIndex = layers & 0x1f }
  }

  /// Whether the packet is the first of its frame.
  @inlinable package var startsFrame: Bool { startsPartition && partitionIndex == 0 }

  /// Whether a packet with this descriptor and the VP8 `data` after it begins a keyframe (RFC 7741 §4.3: P is zero).
  @inlinable package func startsKeyframe(_ data: RawSpan) -> Bool {
    guard startsFrame, data.byteCount > 0 else { return false }
    return data.unsafeLoad(as: UInt8.self) & 1 == 0  // a byte is there
  }

  /// How many bytes `write` appends.
  @inlinable package var byteCount: Int {
    guard hasExtension else { return 1 }
    let pictureIDByteCount = pictureID == nil ? 0 : hasLongPictureID ? 2 : 1
    let layerByteCount = temporalLayer == nil && keyIndex == nil ? 0 : 1
    return 2 + pictureIDByteCount + (tl0PictureIndex == nil ? 0 : 1) + layerByteCount
  }

  /// Appends the descriptor; the VP8 data is to follow it.
  ///
  /// A router that renumbers pictures sets `hasLongPictureID`, since a 7-bit input may not hold the number it continues.
  @inlinable package func write(into output: inout OutputRawSpan) throws(WireError) {
    guard output.freeCapacity >= byteCount else { throw .bufferFull }
    let first: UInt8 = (isNonReference ? 0x20 : 0) | (startsPartition ? 0x10 : 0) | partitionIndex & 0x07
    try output.writeUInt8(hasExtension ? first | 0x80 : first)
    guard hasExtension else { return }
    try output.writeUInt8(extensionFlags)
    if let pictureID {
      if hasLongPictureID {
        try output.writeUInt16(0x8000 | pictureID)
      } else {
        try output.writeUInt8(UInt8(truncatingIfNeeded: pictureID & 0x7f))
      }
    }
    if let tl0PictureIndex { try output.writeUInt8(tl0PictureIndex) }
    guard temporalLayer != nil || keyIndex != nil else { return }
    let layer = temporalLayer.map { $0.id << 6 | ($0.isSwitchingPoint ? 0x20 : 0) } ?? 0
    try output.writeUInt8(layer | (keyIndex ?? 0) & 0x1f)
  }

  @inlinable var hasExtension: Bool { extensionFlags != 0 }

  @inlinable var extensionFlags: UInt8 {
    (pictureID == nil ? 0 : 0x80) | (tl0PictureIndex == nil ? 0 : 0x40) | (temporalLayer == nil ? 0 : 0x20)
      | (keyIndex == nil ? 0 : 0x10)
  }
}
