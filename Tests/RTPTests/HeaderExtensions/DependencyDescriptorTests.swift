import RTP
import Testing

struct DependencyDescriptorTests {
  /// From the first packet of Chromium's smallest AV1 stream: three temporal layers, one chain.
  private static let keyframe = """
    c0 0001  # first and last packet of its frame, template 0, frame 1
    80  # a structure follows; template ids from 0
    02 14 ea a8 60 41 4d 14 10 20 84 27  # 3 decode targets, layers, indications, diffs, chains, resolutions follow
    013f 00b3  # 320 x 180
    """

  private static func parse(
    _ hex: String, after structure: DependencyStructure? = nil
  ) throws(WireError) -> DependencyDescriptor {
    try DependencyDescriptor(parsing: [UInt8](hex: hex).span.bytes, structure: structure)
  }

  private static func indications(_ frame: FrameDependencies) -> [DecodeTargetIndication] {
    (0..<frame.decodeTargets.count).map { frame.decodeTargets[$0] }
  }

  @Test func readsTheStructureOfThreeTemporalLayers() throws {
    let descriptor = try Self.parse(Self.keyframe)
    let structure = try #require(descriptor.attachedStructure)

    #expect(descriptor.isFirstPacketOfFrame && descriptor.isLastPacketOfFrame)
    #expect(descriptor.frameNumber == 1)
    #expect(descriptor.activeDecodeTargets == 0b111)
    #expect(structure.templateIDOffset == 0)
    #expect(structure.decodeTargetCount == 3)
    #expect(structure.templates.map(\.spatialID).allSatisfy { $0 == 0 })
    #expect(structure.templates.map(\.temporalID) == [0, 0, 1, 2, 2])
    #expect(structure.chainCount == 1)
    #expect(structure.protectingChains == [0, 0, 0])
    #expect(structure.resolutions == [DependencyStructure.Resolution(width: 320, height: 180)])
    let layers = (0..<3).map { structure.layers(ofDecodeTarget: $0) }
    #expect(layers.map(\.spatialID) == [0, 0, 0])
    #expect(layers.map(\.temporalID) == [0, 1, 2])
  }

  @Test func readsWhatATemplateSaysOfItsFrame() throws {
    let templates = try #require(try Self.parse(Self.keyframe).attachedStructure).templates

    #expect(Self.indications(templates[0]) == [.switch, .switch, .switch])
    #expect(Self.indications(templates[2]) == [.notPresent, .discardable, .switch])
    #expect(Self.indications(templates[3]) == [.notPresent, .notPresent, .discardable])
    #expect(templates[0].frameDiffs.count == 0)
    #expect(templates[1].frameDiffs[0] == 4)
    #expect(templates[2].frameDiffs[0] == 2)
    #expect(templates[1].chainDiffs[0] == 4)
  }

  @Test func laterPacketsRefineTheTemplateOfTheLastStructure() throws {
    let structure = try #require(try Self.parse(Self.keyframe).attachedStructure)

    // Template 3, frame 8; custom frame diffs: one of 4 bits, 1.
    let frame = try Self.parse("c3 0008 12 40", after: structure)
    let plain = try Self.parse("02 0003", after: structure)

    #expect(frame.frameNumber == 8)
    #expect(frame.frame.temporalID == 2)
    #expect(frame.frame.frameDiffs.count == 1)
    #expect(frame.activeDecodeTargets == nil)
    #expect(frame.attachedStructure == nil)
    #expect(!plain.isFirstPacketOfFrame && !plain.isLastPacketOfFrame)
    #expect(plain.frame == structure.templates[2])
  }

  @Test func withoutAStructureThatHasTheTemplateNothingIsKnown() throws {
    let structure = try #require(try Self.parse(Self.keyframe).attachedStructure)

    #expect(throws: WireError.missingContext) { try Self.parse("c0 0001") }
    #expect(throws: WireError.missingContext) { try Self.parse("c5 0001", after: structure) }
    #expect(throws: WireError.missingContext) { try Self.parse("ff 0001", after: structure) }
  }

  @Test func templateIDsCountFromTheOffsetAndWrap() throws {
    var structure = try #require(try Self.parse(Self.keyframe).attachedStructure)
    structure.templateIDOffset = 62

    #expect(structure.template(id: 61) == nil)
    #expect(structure.template(id: 62) == structure.templates[0])
    #expect(structure.template(id: 0) == structure.templates[2])
    #expect(structure.template(id: 3) == nil)
  }

  @Test func refusesEveryTruncation() {
    expectRefusalOfEveryTruncation(of: [UInt8](hex: Self.keyframe)) { bytes in
      _ = try DependencyDescriptor(parsing: bytes.span.bytes, structure: nil)
    }
  }

  @Test func refusesMoreLayersAndTemplatesThanThereCanBe() {
    // Layer steps of two bits: nine temporal layers; five spatial layers; 65 templates in one layer.
    let nineTemporal = "c0 0001 80 00" + "aa aaaa aaaa" + "ff"
    #expect(throws: WireError.self) { try Self.parse(nineTemporal) }
    let sixtyFive = "c0 0001 80 00" + String(repeating: "00", count: 40)
    #expect(throws: WireError.invalidLength) { try Self.parse(sixtyFive) }
  }

  @Test(arguments: [ChromiumAV1Capture.packets, ChromiumVP8Capture.packets, FirefoxVP8Capture.packets].indices)
  func followsTheFramesOfABrowser(index: Int) throws {
    let captures = [ChromiumAV1Capture.packets, ChromiumVP8Capture.packets, FirefoxVP8Capture.packets]
    let descriptorID: UInt8 = index == 2 ? 8 : 13
    let repairWithoutKeyframe = SSRC(rawValue: 0x66a5_75bb)  // Firefox: RTX of later frames of another stream
    var structures: [SSRC: DependencyStructure] = [:]
    var lastFrame: [SSRC: UInt16] = [:]
    var count = 0

    for packet in captures[index] {
      let header = try RTPHeader(parsing: packet.bytes.span.bytes)
      let elements = try HeaderExtensionElementTests.elements(of: packet.bytes)
      guard let value = elements.first(where: { $0.id == descriptorID })?.value else { continue }
      guard header.ssrc != repairWithoutKeyframe else { continue }
      let descriptor = try DependencyDescriptor(parsing: value.span.bytes, structure: structures[header.ssrc])
      if let structure = descriptor.attachedStructure { structures[header.ssrc] = structure }
      if let last = lastFrame[header.ssrc] { #expect(descriptor.frameNumber >= last) }
      #expect(descriptor.isLastPacketOfFrame == header.marker)
      lastFrame[header.ssrc] = descriptor.frameNumber
      count += 1
    }

    #expect(count > 15)
  }
}

struct DependencyDescriptorWritingTests {
  private static let keyframe = [UInt8](hex: "c00001 800214eaa860414d1410208427 013f00b3")

  private static func structure() throws -> DependencyStructure {
    try #require(try DependencyDescriptor(parsing: keyframe.span.bytes, structure: nil).attachedStructure)
  }

  private static func write(
    _ descriptor: DependencyDescriptor, _ structure: DependencyStructure?
  ) throws(WireError) -> [UInt8] {
    try [UInt8](capacity: 256) { output throws(WireError) in try descriptor.write(structure: structure, into: &output) }
  }

  private static func rewrite(
    _ bytes: [UInt8], _ structure: DependencyStructure?, frameNumber: UInt16, mask: UInt32?
  ) throws -> [UInt8] {
    let descriptor = try DependencyDescriptor(parsing: bytes.span.bytes, structure: structure)
    let rewritten = try [UInt8](capacity: 256) { output throws(WireError) in
      try descriptor.rewrite(bytes.span.bytes, frameNumber: frameNumber, activeDecodeTargets: mask, into: &output)
    }
    #expect(rewritten.count == descriptor.rewrittenByteCount(activeDecodeTargets: mask))
    return rewritten
  }

  @Test func writesAgainWhatABrowserSent() throws {
    let structure = try Self.structure()

    for hex in [Self.keyframe.hex, "c30008 1240", "020003"] {
      let bytes = [UInt8](hex: hex)
      let descriptor = try DependencyDescriptor(parsing: bytes.span.bytes, structure: structure)
      #expect(try Self.write(descriptor, structure) == bytes)
    }
  }

  @Test func writesWhatDiffersFromTheTemplate() throws {
    let structure = try Self.structure()
    var frame = structure.templates[2]
    frame.frameDiffs = InlineList()
    for diff: UInt16 in [1, 17, 4096] { try frame.frameDiffs.append(diff) }
    frame.chainDiffs = InlineList()
    try frame.chainDiffs.append(200)
    frame.decodeTargets = structure.templates[0].decodeTargets
    let descriptor = DependencyDescriptor(
      isFirstPacketOfFrame: true, isLastPacketOfFrame: false, templateID: 2, frameNumber: 9,
      activeDecodeTargets: 0b011, frame: frame)

    let bytes = try Self.write(descriptor, structure)
    let read = try DependencyDescriptor(parsing: bytes.span.bytes, structure: structure)

    #expect(read.frame == frame)
    #expect(read.activeDecodeTargets == 0b011)
    #expect(read.isFirstPacketOfFrame && !read.isLastPacketOfFrame)
    #expect(read.frameNumber == 9)
  }

  @Test func aPlainFrameTakesThreeBytes() throws {
    let structure = try Self.structure()
    let descriptor = DependencyDescriptor(
      isFirstPacketOfFrame: false, isLastPacketOfFrame: true, templateID: 4, frameNumber: 0x1234,
      frame: structure.templates[4])

    #expect(try Self.write(descriptor, structure) == [UInt8](hex: "44 1234"))
    #expect(throws: WireError.missingContext) { try Self.write(descriptor, nil) }
  }

  @Test func rewritingChangesTheFrameNumberAndNothingElse() throws {
    let structure = try Self.structure()

    #expect(
      try Self.rewrite(Self.keyframe, nil, frameNumber: 0xabcd, mask: nil)
        == [UInt8](hex: "c0abcd 800214eaa860414d1410208427 013f00b3"))
    #expect(
      try Self.rewrite([UInt8](hex: "c30008 1240"), structure, frameNumber: 7, mask: nil)
        == [UInt8](hex: "c30007 1240"))
    #expect(try Self.rewrite([UInt8](hex: "020003"), structure, frameNumber: 4, mask: nil) == [UInt8](hex: "020004"))
  }

  @Test func rewritingNarrowsTheDecodeTargets() throws {
    let structure = try Self.structure()

    for hex in [Self.keyframe.hex, "c30008 1240", "020003"] {
      let source = [UInt8](hex: hex)
      let before = try DependencyDescriptor(parsing: source.span.bytes, structure: structure)
      let narrowed = try Self.rewrite(source, structure, frameNumber: 77, mask: 0b110)
      let after = try DependencyDescriptor(parsing: narrowed.span.bytes, structure: structure)
      #expect(after.activeDecodeTargets == 0b110)
      #expect(after.frameNumber == 77)
      #expect(after.frame == before.frame)
      #expect(after.attachedStructure == before.attachedStructure)
      let again = try Self.rewrite(narrowed, structure, frameNumber: 78, mask: 0b100)
      #expect(again.count == narrowed.count)
      #expect(
        try DependencyDescriptor(parsing: again.span.bytes, structure: structure).activeDecodeTargets == 0b100)
    }
  }

  @Test func mutationsThatAreAcceptedAreWrittenAndRewrittenWithoutLoss() throws {
    let structure = try Self.structure()
    let vectors = [Self.keyframe, [UInt8](hex: "c30008 1240"), [UInt8](hex: "c10012 28aa90 3000000000")]
    forEachMutation(of: vectors) { bytes in
      let read = try DependencyDescriptor(parsing: bytes.span.bytes, structure: structure)
      let written = try Self.write(read, structure)
      let again = try DependencyDescriptor(parsing: written.span.bytes, structure: structure)
      let rewritten = try Self.rewrite(bytes, structure, frameNumber: read.frameNumber, mask: nil)
      let third = try DependencyDescriptor(parsing: rewritten.span.bytes, structure: structure)
      for other in [again, third] {
        #expect(other.frame == read.frame, "\(bytes.hex)")
        #expect(other.attachedStructure == read.attachedStructure, "\(bytes.hex)")
        #expect(other.activeDecodeTargets == read.activeDecodeTargets, "\(bytes.hex)")
      }
    }
  }
}
