/// How the frame of this packet depends on others, readable without looking into the payload
/// (Dependency Descriptor, AV1 RTP specification, appendix A.8).
///
/// ```
/// | first : 1 | last : 1 | template id : 6 | frame number : 16 |            always
/// | structure : 1 | targets : 1 | dtis : 1 | fdiffs : 1 | chains : 1 |      if there are more than three bytes:
/// | template dependency structure | active decode targets mask |           which of the following are present
/// | custom decode target indications | custom frame diffs | custom chain diffs |
/// ```
///
/// It works for any codec and for encrypted payloads. Only packets with a structure can be read alone; for all others the
/// latest structure of the stream must be given.
package struct DependencyDescriptor: Sendable {
  /// Whether the packet is the first of its frame, and whether it is the last.
  package var isFirstPacketOfFrame: Bool
  package var isLastPacketOfFrame: Bool
  /// The template of the structure that the frame follows, 0 to 63.
  package var templateID: UInt8
  /// Counts frames over all layers of the stream; wraps.
  package var frameNumber: UInt16
  /// The structure to be kept for the packets to come, in packets of keyframes.
  package var attachedStructure: DependencyStructure?
  /// Which decode targets are sent from now on, one bit each; `nil` if nothing is said. A structure without a mask says all.
  package var activeDecodeTargets: UInt32?
  /// The frame's place: that of its template unless the packet says otherwise.
  package var frame: FrameDependencies
  /// Where the parts lay in the bytes it was read from; `nil` in a descriptor that was made here.
  let layout: Layout?

  package init(
    isFirstPacketOfFrame: Bool, isLastPacketOfFrame: Bool, templateID: UInt8, frameNumber: UInt16,
    attachedStructure: DependencyStructure? = nil, activeDecodeTargets: UInt32? = nil, frame: FrameDependencies
  ) {
    self.isFirstPacketOfFrame = isFirstPacketOfFrame
    self.isLastPacketOfFrame = isLastPacketOfFrame
    self.templateID = templateID
    self.frameNumber = frameNumber
    self.attachedStructure = attachedStructure
    self.activeDecodeTargets = activeDecodeTargets
    self.frame = frame
    layout = nil
  }

  /// Reads the value of an element. `structure` is the stream's latest; one that comes with the packet takes precedence.
  ///
  /// Throws `missingContext` if there is neither, or if the template named is not in it.
  package init(parsing value: RawSpan, structure: borrowing DependencyStructure?) throws(WireError) {
    var reader = BitReader()
    isFirstPacketOfFrame = try reader.readFlag(from: value)
    isLastPacketOfFrame = try reader.readFlag(from: value)
    templateID = UInt8(try reader.read(6, from: value))
    frameNumber = UInt16(try reader.read(16, from: value))
    let flags = value.byteCount > 3 ? Flags(rawValue: try reader.read(5, from: value)) : []
    if flags.contains(.structure) {
      let structure = try DependencyStructure(reading: &reader, from: value)
      attachedStructure = structure
      activeDecodeTargets = structure.allDecodeTargets
    }
    let named =
      attachedStructure == nil ? structure?.template(id: templateID) : attachedStructure?.template(id: templateID)
    guard let template = named else { throw .missingContext }
    frame = template
    let structureEnd = reader.position
    if flags.contains(.activeDecodeTargets) {
      activeDecodeTargets = try reader.read(template.decodeTargets.count, from: value)
    }
    let customStart = reader.position
    try frame.readCustomParts(flags, &reader, from: value)
    layout = Layout(flags: flags, structureEnd: structureEnd, customStart: customStart, end: reader.position)
  }
}

extension DependencyDescriptor {
  /// Which optional parts a descriptor has, as the five bits after the mandatory part.
  struct Flags: OptionSet, Sendable {
    let rawValue: UInt32
    static let structure = Flags(rawValue: 0x10)
    static let activeDecodeTargets = Flags(rawValue: 0x08)
    static let customDecodeTargets = Flags(rawValue: 0x04)
    static let customFrameDiffs = Flags(rawValue: 0x02)
    static let customChains = Flags(rawValue: 0x01)
  }

  /// Bit positions in the bytes a descriptor was read from.
  struct Layout: Sendable {
    let flags: Flags
    let structureEnd: Int
    let customStart: Int
    let end: Int
  }

  /// The bits of the mandatory part and of the flags.
  static let mandatoryBitCount = 24
  static let flagBitCount = 5
}

extension FrameDependencies {
  fileprivate mutating func readCustomParts(
    _ flags: DependencyDescriptor.Flags, _ reader: inout BitReader, from bytes: RawSpan
  ) throws(WireError) {
    if flags.contains(.customDecodeTargets) {
      decodeTargets = try DecodeTargetIndications(reading: &reader, count: decodeTargets.count, from: bytes)
    }
    if flags.contains(.customFrameDiffs) { try readCustomFrameDiffs(&reader, bytes) }
    if flags.contains(.customChains) { try readCustomChains(&reader, bytes) }
  }

  private mutating func readCustomFrameDiffs(_ reader: inout BitReader, _ bytes: RawSpan) throws(WireError) {
    frameDiffs = InlineList()
    while true {
      let size = Int(try reader.read(2, from: bytes))  // in units of four bits; zero ends the list
      guard size > 0 else { return }
      try frameDiffs.append(UInt16(try reader.read(size * 4, from: bytes)) + 1)
    }
  }

  private mutating func readCustomChains(_ reader: inout BitReader, _ bytes: RawSpan) throws(WireError) {
    let count = chainDiffs.count
    chainDiffs = InlineList()
    for _ in 0..<count { try chainDiffs.append(UInt8(try reader.read(8, from: bytes))) }
  }
}
