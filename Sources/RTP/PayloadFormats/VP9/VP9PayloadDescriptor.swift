/// What stands before the VP9 data of a packet (RFC 9628 §4.2).
///
/// ```
///      0 1 2 3 4 5 6 7
///     +-+-+-+-+-+-+-+-+
///     |I|P|L|F|B|E|V|Z|
///     +-+-+-+-+-+-+-+-+
/// I:  |M| PICTURE ID  |  M: seven bits are followed by eight more
///     +-+-+-+-+-+-+-+-+
/// L:  | TID |U| SID |D|
///     +-+-+-+-+-+-+-+-+
///     |   TL0PICIDX   |  if L and not F
///     +-+-+-+-+-+-+-+-+
/// P,F:| P_DIFF      |N|  up to three times
///     +-+-+-+-+-+-+-+-+
/// V:  | scalability structure …
/// ```
@usableFromInline package struct VP9PayloadDescriptor: Equatable, Sendable {
  /// Counts pictures, that is all spatial layers of one moment: 7 or 15 bits (I).
  @usableFromInline package var pictureID: UInt16?
  /// Whether the picture id was, or is to be, written with 15 bits (M).
  @usableFromInline package var hasLongPictureID = true
  /// Whether the frame depends on earlier pictures (P).
  @usableFromInline package var isInterPicturePredicted = false
  @usableFromInline package var layer: Layer?
  /// Whether the packet says which pictures its frame depends on, instead of the structure saying so for all (F).
  @usableFromInline package var isFlexible = false
  /// Whether the packet is the first, and the last, of its layer frame (B, E).
  @usableFromInline package var startsFrame = false
  @usableFromInline package var endsFrame = false
  /// Whether no higher spatial layer depends on the frame (Z).
  @usableFromInline package var isNotReferenceForUpperLayers = false
  /// Counts pictures of the lowest temporal layer, in non-flexible mode.
  @usableFromInline package var tl0PictureIndex: UInt8?
  /// How many pictures before this one each reference is, in flexible mode; 1 to 127.
  @usableFromInline package var pictureDiffs = InlineList<3, UInt8>()
  @usableFromInline package var structure: VP9ScalabilityStructure?
  /// Where the references and the structure begin, for rewriting what precedes them.
  @usableFromInline let tailOffset: UInt8

  /// The place of a frame among the layers.
  @usableFromInline package struct Layer: Equatable, Sendable {
    /// 0 to 7.
    @usableFromInline package var temporalID: UInt8
    /// Whether a receiver may begin with this temporal layer here (U).
    @usableFromInline package var isSwitchingUpPoint: Bool
    /// 0 to 7.
    @usableFromInline package var spatialID: UInt8
    /// Whether the frame depends on the spatial layer below in the same picture (D).
    @usableFromInline package var isInterLayerPredicted: Bool

    @inlinable package init(
      temporalID: UInt8, isSwitchingUpPoint: Bool = false, spatialID: UInt8, isInterLayerPredicted: Bool = false
    ) {
      self.temporalID = temporalID
      self.isSwitchingUpPoint = isSwitchingUpPoint
      self.spatialID = spatialID
      self.isInterLayerPredicted = isInterLayerPredicted
    }

    @inlinable init(parsing byte: UInt8) {
      temporalID = byte >> 5
      isSwitchingUpPoint = byte & 0x10 != 0
      spatialID = byte >> 1 & 0x07
      isInterLayerPredicted = byte & 0x01 != 0
    }

    @inlinable var byte: UInt8 {
      temporalID << 5 | (isSwitchingUpPoint ? 0x10 : 0) | (spatialID & 0x07) << 1 | (isInterLayerPredicted ? 1 : 0)
    }
  }

  @inlinable package init(pictureID: UInt16? = nil) {
    self.pictureID = pictureID
    tailOffset = 0
  }

  /// Takes the descriptor from the front of a payload, which leaves the VP9 data.
  @inlinable package init(reading payload: inout RawSpan) throws(WireError) {
    let start = payload.byteCount
    let flags = try payload.readUInt8()
    isInterPicturePredicted = flags & 0x40 != 0
    isFlexible = flags & 0x10 != 0
    startsFrame = flags & 0x08 != 0
    endsFrame = flags & 0x04 != 0
    isNotReferenceForUpperLayers = flags & 0x01 != 0
    if flags & 0x80 != 0 {
      let high = try payload.readUInt8()
      hasLongPictureID = high & 0x80 != 0
      pictureID = hasLongPictureID ? UInt16(high & 0x7f) << 8 | UInt16(try payload.readUInt8()) : UInt16(high)
    }
    if flags & 0x20 != 0 {
      layer = Layer(parsing: try payload.readUInt8())
      if !isFlexible { tl0PictureIndex = try payload.readUInt8() }
    }
    tailOffset = UInt8(start - payload.byteCount)  // at most five bytes
    if isFlexible, isInterPicturePredicted { try readPictureDiffs(&payload) }
    if flags & 0x02 != 0 { structure = try VP9ScalabilityStructure(reading: &payload) }
  }

  @usableFromInline mutating func readPictureDiffs(_ payload: inout RawSpan) throws(WireError) {
    while true {
      let byte = try payload.readUInt8()
      guard byte >> 1 != 0 else { throw .invalidValue }  // a picture does not depend on itself
      try pictureDiffs.append(byte >> 1)
      guard byte & 1 != 0 else { return }
    }
  }

  @inlinable package var spatialID: UInt8 { layer?.spatialID ?? 0 }
  @inlinable package var temporalID: UInt8 { layer?.temporalID ?? 0 }

  /// Whether the packet begins a keyframe: the lowest spatial layer, not predicted from earlier pictures.
  @inlinable package var startsKeyframe: Bool { startsFrame && !isInterPicturePredicted && spatialID == 0 }
}

extension VP9PayloadDescriptor {
  /// How many bytes `write` appends.
  package var byteCount: Int {
    let pictureIDByteCount = pictureID == nil ? 0 : hasLongPictureID ? 2 : 1
    let layerByteCount = (layer == nil ? 0 : 1) + (tl0PictureIndex == nil ? 0 : 1)
    let diffByteCount = isFlexible && isInterPicturePredicted ? pictureDiffs.count : 0
    return 1 + pictureIDByteCount + layerByteCount + diffByteCount + (structure?.byteCount ?? 0)
  }

  /// Appends the descriptor; the VP9 data is to follow it. Throws `invalidValue` for parts that contradict each other.
  package func write(into output: inout OutputRawSpan) throws(WireError) {
    try writeHead(hasStructure: structure != nil, into: &output)
    if isFlexible, isInterPicturePredicted {
      guard pictureDiffs.count > 0 else { throw .invalidValue }
      for index in pictureDiffs.indices {
        let hasNext: UInt8 = index + 1 < pictureDiffs.count ? 1 : 0
        try output.writeUInt8(pictureDiffs[index] << 1 | hasNext)
      }
    }
    try structure?.write(into: &output)
  }

  /// Appends the descriptor of `payload`, from which this one was read, with the picture numbers changed in this one since.
  ///
  /// References and structure are copied as they are. The picture id is written with 15 bits, as for VP8.
  package func rewrite(_ payload: RawSpan, into output: inout OutputRawSpan) throws(WireError) {
    var data = payload
    let original = try VP9PayloadDescriptor(reading: &data)
    var head = self
    head.hasLongPictureID = true
    try head.writeHead(hasStructure: original.structure != nil, into: &output)
    try output.writeBytes(payload.extracting(Int(tailOffset)..<(payload.byteCount - data.byteCount)))
  }

  private func writeHead(hasStructure: Bool, into output: inout OutputRawSpan) throws(WireError) {
    guard (tl0PictureIndex != nil) == (layer != nil && !isFlexible) else { throw .invalidValue }
    try output.writeUInt8(flags | (hasStructure ? 0x02 : 0))
    if let pictureID {
      if hasLongPictureID {
        try output.writeUInt16(0x8000 | pictureID)
      } else {
        try output.writeUInt8(UInt8(truncatingIfNeeded: pictureID & 0x7f))
      }
    }
    if let layer { try output.writeUInt8(layer.byte) }
    if let tl0PictureIndex { try output.writeUInt8(tl0PictureIndex) }
  }

  private var flags: UInt8 {
    let first: UInt8 = (pictureID == nil ? 0 : 0x80) | (isInterPicturePredicted ? 0x40 : 0) | (layer == nil ? 0 : 0x20)
    let second: UInt8 = (isFlexible ? 0x10 : 0) | (startsFrame ? 0x08 : 0) | (endsFrame ? 0x04 : 0)
    return first | second | (isNotReferenceForUpperLayers ? 0x01 : 0)
  }
}
