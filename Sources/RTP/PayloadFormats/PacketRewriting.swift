/// What is changed inside a packet for one subscriber: picture numbers of its payload, its dependency descriptor.
///
/// Eight bytes, since it is remembered for every packet that was sent: a retransmission must carry the bytes of the first
/// sending (RFC 4588 §4). Which of the numbers there are, the packet itself says; the others are ignored.
@usableFromInline package struct PacketRewriting: Equatable, Sendable {
  /// What becomes of the payload.
  package enum Payload: UInt8, Sendable {
    /// It is passed on as it is.
    case asItIs
    case vp8
    case vp9
    /// It is left out: the packet only takes the place that its number was given.
    case padding
  }

  /// With more decode targets than this a descriptor is never narrowed; browsers have nine at most.
  package static let decodeTargetLimit = 15
  private static let keyIndexMask: UInt8 = 0x1f
  private static let payloadShift: UInt8 = 5
  private static let descriptorFlag: UInt8 = 0x80

  /// Counts pictures, 15 bits.
  package var pictureID: UInt16 = 0
  /// Counts frames of the base layer.
  package var tl0PictureIndex: UInt8 = 0
  private var keyIndexAndParts: UInt8 = 0
  /// Counts the frames of the dependency descriptor.
  package var frameNumber: UInt16 = 0
  /// A one above as many bits as there are decode targets, which say which of them are sent; zero says nothing of them.
  private var decodeTargets: UInt16 = 0

  @usableFromInline package init() {}

  /// Counts keyframes, five bits (VP8).
  package var keyIndex: UInt8 {
    get { keyIndexAndParts & Self.keyIndexMask }
    set { keyIndexAndParts = keyIndexAndParts & ~Self.keyIndexMask | newValue & Self.keyIndexMask }
  }

  package var payload: Payload {
    get { Payload(rawValue: keyIndexAndParts >> Self.payloadShift & 0x03) ?? .asItIs }
    set { keyIndexAndParts = keyIndexAndParts & ~(0x03 << Self.payloadShift) | newValue.rawValue << Self.payloadShift }
  }

  /// Which of the packets before it go along with a packet of sound, the one just before in the lowest bit. Sound has no pictures,
  /// so it takes the place of one of their numbers.
  package var redundancy: UInt8 {
    get { tl0PictureIndex }
    set { tl0PictureIndex = newValue }
  }

  /// Whether a dependency descriptor is passed on, with `frameNumber`; without this it is left out.
  @usableFromInline package var hasDescriptor: Bool {
    get { keyIndexAndParts & Self.descriptorFlag != 0 }
    set { keyIndexAndParts = keyIndexAndParts & ~Self.descriptorFlag | (newValue ? Self.descriptorFlag : 0) }
  }

  /// Says in the descriptor that of `count` decode targets those in `mask` are sent.
  package mutating func setActiveDecodeTargets(_ mask: UInt32, of count: Int) {
    guard 1...Self.decodeTargetLimit ~= count else { return }
    let marker = UInt16(1) << UInt16(count)
    decodeTargets = marker | UInt16(truncatingIfNeeded: mask) & (marker - 1)
  }

  /// The decode targets that are sent, and how many there are; nil if nothing is said of them.
  package var activeDecodeTargets: (mask: UInt32, count: Int)? {
    guard decodeTargets != 0 else { return nil }
    let count = UInt16.bitWidth - 1 - decodeTargets.leadingZeroBitCount
    return (UInt32(decodeTargets) & (1 << UInt32(count) - 1), count)
  }
}

// MARK: - Payloads
extension PacketRewriting {
  /// Appends what replaces the beginning of a payload; returns how many of its bytes that is.
  package func writeHead(of payload: RawSpan, into output: inout OutputRawSpan) throws(WireError) -> Int {
    switch self.payload {
    case .asItIs: return 0
    case .vp8: return try writeVP8(payload, &output)
    case .vp9: return try writeVP9(payload, &output)
    case .padding:
      try output.writeUInt8(1)  // the length of the padding is its last byte (RFC 3550 §5.1)
      return payload.byteCount
    }
  }

  /// The picture id gets 15 bits whatever it had: seven could not hold the number that it continues.
  private func writeVP8(_ payload: RawSpan, _ output: inout OutputRawSpan) throws(WireError) -> Int {
    var data = payload
    var descriptor = try VP8PayloadDescriptor(reading: &data)
    if descriptor.pictureID != nil { descriptor.pictureID = pictureID }
    descriptor.hasLongPictureID = true
    if descriptor.tl0PictureIndex != nil { descriptor.tl0PictureIndex = tl0PictureIndex }
    if descriptor.keyIndex != nil { descriptor.keyIndex = keyIndex }
    try descriptor.write(into: &output)
    return payload.byteCount - data.byteCount
  }

  private func writeVP9(_ payload: RawSpan, _ output: inout OutputRawSpan) throws(WireError) -> Int {
    var data = payload
    var descriptor = try VP9PayloadDescriptor(reading: &data)
    if descriptor.pictureID != nil { descriptor.pictureID = pictureID }
    if descriptor.tl0PictureIndex != nil { descriptor.tl0PictureIndex = tl0PictureIndex }
    try descriptor.rewrite(payload, into: &output)
    return payload.byteCount - data.byteCount
  }
}

// MARK: - Dependency descriptors
extension PacketRewriting {
  /// How many bytes `writeDescriptor` appends.
  @usableFromInline package func descriptorByteCount(of value: RawSpan) throws(WireError) -> Int {
    guard let (_, count) = activeDecodeTargets else { return value.byteCount }
    let layout = try DependencyDescriptor.MaskLayout(value, decodeTargetCount: count)
    return layout.byteCount(value, decodeTargetCount: count)
  }

  /// Appends the descriptor whose value is `value` with the frame number and decode targets of this subscriber.
  @usableFromInline package func writeDescriptor(
    of value: RawSpan, into output: inout OutputRawSpan
  ) throws(WireError) {
    guard value.byteCount >= DependencyDescriptor.mandatoryBitCount / 8 else { throw .truncated }
    guard let (mask, count) = activeDecodeTargets else {
      try output.writeUInt8(try value.loadUInt8(at: 0))
      try output.writeUInt16(frameNumber)
      return try output.writeBytes(value.extracting(droppingFirst: 3))
    }
    let layout = try DependencyDescriptor.MaskLayout(value, decodeTargetCount: count)
    try layout.write(value, frameNumber: frameNumber, mask: mask, decodeTargetCount: count, into: &output)
  }
}
