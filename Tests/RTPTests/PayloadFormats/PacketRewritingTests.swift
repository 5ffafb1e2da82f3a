import RTP
import TestSupport
import Testing

/// What is changed inside a packet, byte by byte.
struct PacketRewritingTests {
  private static let described = [
    "c00001 800214eaa860414d1410208427 013f00b3",  // a structure for three decode targets
    "020003", "c30008 1240", "c10012 28aa90",
  ]

  private static var structure: DependencyStructure? {
    let keyframe = [UInt8](hex: described[0])
    return try? DependencyDescriptor(parsing: keyframe.span.bytes, structure: nil).attachedStructure
  }

  private static func head(_ rewriting: PacketRewriting, of hex: String) throws -> [UInt8] {
    let payload = [UInt8](hex: hex)
    return try [UInt8](capacity: 64) { output throws(WireError) in
      let kept = try rewriting.writeHead(of: payload.span.bytes, into: &output)
      try output.writeBytes(payload.span.bytes.extracting(droppingFirst: kept))
    }
  }

  private static func descriptor(_ rewriting: PacketRewriting, of bytes: [UInt8]) throws -> [UInt8] {
    let rewritten = try [UInt8](capacity: 255) { output throws(WireError) in
      try rewriting.writeDescriptor(of: bytes.span.bytes, into: &output)
    }
    let byteCount = try rewriting.descriptorByteCount(of: bytes.span.bytes)
    #expect(byteCount == rewritten.count)
    return rewritten
  }

  private static var vp8: PacketRewriting {
    var rewriting = PacketRewriting()
    rewriting.payload = .vp8
    (rewriting.pictureID, rewriting.tl0PictureIndex, rewriting.keyIndex) = (0x0102, 0x77, 9)
    return rewriting
  }

  @Test func itIsSmallEnoughToBeRememberedForEveryPacket() {
    #expect(MemoryLayout<PacketRewriting>.size == 8)
  }

  @Test func fieldsDoNotTouchEachOther() {
    var rewriting = Self.vp8
    rewriting.hasDescriptor = true
    rewriting.setActiveDecodeTargets(0b101, of: 9)
    rewriting.keyIndex = 31
    rewriting.payload = .vp9

    #expect(rewriting.payload == .vp9 && rewriting.keyIndex == 31 && rewriting.hasDescriptor)
    #expect(rewriting.activeDecodeTargets.map { [Int($0.mask), $0.count] } == [0b101, 9])
    rewriting.payload = .asItIs
    #expect(rewriting.keyIndex == 31 && rewriting.hasDescriptor && rewriting.pictureID == 0x0102)
  }

  @Test func pictureIDsOfVP8GetFifteenBits() throws {
    // Seven bits become fifteen: the payload grows by one byte.
    #expect(try Self.head(Self.vp8, of: "90f0 11 22 83 aabb") == [UInt8](hex: "90f0 8102 77 89 aabb"))
    #expect(try Self.head(Self.vp8, of: "90f0 9234 22 83 aabb") == [UInt8](hex: "90f0 8102 77 89 aabb"))
  }

  @Test func whatIsNotThereIsNotAdded() throws {
    #expect(try Self.head(Self.vp8, of: "10 aabb") == [UInt8](hex: "10 aabb"))
    #expect(try Self.head(Self.vp8, of: "9080 11 aa") == [UInt8](hex: "9080 8102 aa"))
    #expect(try Self.head(Self.vp8, of: "9020 a0 aa") == [UInt8](hex: "9020 a0 aa"))
    #expect(try Self.head(PacketRewriting(), of: "90f0 11 22 83 aa") == [UInt8](hex: "90f0 11 22 83 aa"))
  }

  @Test func ofVP9EverythingElseStays() throws {
    var rewriting = Self.vp8
    rewriting.payload = .vp9

    // I, L, B, V: short picture id, layer, TL0PICIDX, a structure of one size.
    #expect(
      try Self.head(rewriting, of: "aa 11 10 44 10 0140 00b4 cc") == [UInt8](hex: "aa 8102 10 77 10 0140 00b4 cc"))
    // I, P, L, F: two references.
    #expect(try Self.head(rewriting, of: "f8 9234 10 03 04 cc") == [UInt8](hex: "f8 8102 10 03 04 cc"))
  }

  @Test func paddingTakesThePlaceOfEverything() throws {
    var rewriting = PacketRewriting()
    rewriting.payload = .padding

    #expect(try Self.head(rewriting, of: "90f0 11 22 83 aabb") == [1])
  }

  @Test func descriptorsGetAnotherNumberAndKeepTheRest() throws {
    var rewriting = PacketRewriting()
    rewriting.hasDescriptor = true
    rewriting.frameNumber = 0xabcd

    for hex in Self.described {
      var expected = [UInt8](hex: hex)
      expected.replaceSubrange(1..<3, with: [0xab, 0xcd])
      #expect(try Self.descriptor(rewriting, of: [UInt8](hex: hex)) == expected)
    }
  }

  @Test func masksArePutInAsAReaderOfAllOfItWould() throws {
    let structure = Self.structure
    var rewriting = PacketRewriting()
    (rewriting.hasDescriptor, rewriting.frameNumber) = (true, 77)
    rewriting.setActiveDecodeTargets(0b011, of: 3)

    for hex in Self.described {
      let bytes = [UInt8](hex: hex)
      let before = try DependencyDescriptor(parsing: bytes.span.bytes, structure: structure)
      let rewritten = try Self.descriptor(rewriting, of: bytes)
      let after = try DependencyDescriptor(parsing: rewritten.span.bytes, structure: structure)
      #expect(after.frameNumber == 77 && after.activeDecodeTargets == 0b011)
      #expect(after.frame == before.frame && after.attachedStructure == before.attachedStructure)
      #expect(after.templateID == before.templateID && after.isFirstPacketOfFrame == before.isFirstPacketOfFrame)
      #expect(try Self.descriptor(rewriting, of: rewritten) == rewritten, "a second time nothing changes")
    }
  }

  @Test func moreTargetsThanCanBeRememberedAreNotNarrowed() {
    var rewriting = PacketRewriting()
    rewriting.setActiveDecodeTargets(1, of: 16)

    #expect(rewriting.activeDecodeTargets == nil)
  }

  @Test func refusesEveryTruncation() {
    var rewriting = PacketRewriting()
    rewriting.hasDescriptor = true
    expectRefusalOfEveryTruncation(of: [UInt8](hex: "020003")) { bytes in
      _ = try [UInt8](capacity: 64) { output throws(WireError) in
        try rewriting.writeDescriptor(of: bytes.span.bytes, into: &output)
      }
    }
    rewriting.setActiveDecodeTargets(1, of: 3)
    let keyframe = [UInt8](hex: Self.described[0])
    // Three bytes are a whole descriptor.
    expectRefusalOfEveryTruncation(of: keyframe, from: 4) { bytes in
      _ = try rewriting.descriptorByteCount(of: bytes.span.bytes)
    }
  }

  @Test func mutationsThatCanBeReadCanBeReadAfterwards() {
    let vectors = Self.described.map { [UInt8](hex: $0) }
    let structure = Self.structure
    forEachMutation(of: vectors) { bytes in
      let before = try DependencyDescriptor(parsing: bytes.span.bytes, structure: structure)
      let count = before.frame.decodeTargets.count
      guard count <= PacketRewriting.decodeTargetLimit else { return }
      var rewriting = PacketRewriting()
      (rewriting.hasDescriptor, rewriting.frameNumber) = (true, 5)
      rewriting.setActiveDecodeTargets(1, of: count)
      let rewritten = try [UInt8](capacity: 300) { output throws(WireError) in
        try rewriting.writeDescriptor(of: bytes.span.bytes, into: &output)
      }
      let after = try DependencyDescriptor(parsing: rewritten.span.bytes, structure: structure)
      let isSame = after.frame == before.frame && after.attachedStructure == before.attachedStructure
      if !isSame || after.activeDecodeTargets != 1 { Issue.record("\(bytes.hex)") }
    }
  }
}
