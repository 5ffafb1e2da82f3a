import RTP
import TestSupport
import WebRTC

/// One encoding of a camera, packet by packet as an encoder would send it, with a stamp by which each packet is known again.
struct SimulatedEncoder {
  /// What a packet carries, known from the outside.
  struct Packet {
    var encoding: Int
    var frame: Int
    var sequence: Int64
    var timestamp: Int64
    var marker: Bool
    var isKeyframe: Bool
    var startsKeyframe: Bool
    var temporalID: UInt8
    var capturedAt: Instant
    var descriptor: [UInt8]
    var payload: [UInt8]
    var pictureID: Int
    var tl0: Int
    var keyIndex: Int
  }

  static let clockRate: Int64 = 90_000
  static let patternOfThree: [UInt8] = [0, 2, 1, 2]

  let codec: MediaCodec.Family
  let encoding: Int
  let size: PictureSize
  let packetsPerFrame: ClosedRange<Int>
  /// The temporal layers of successive frames; a keyframe begins it anew.
  var pattern: [UInt8] = [0]
  /// Whether picture ids have seven bits; may change on the way.
  var hasShortPictureID = false
  var describes = false
  private(set) var frameCount = 0
  private var sequence: Int64
  private let timestampBase: Int64
  private var pictureID: Int
  private var tl0: Int
  private var keyIndex: Int
  private var position = 0
  private var sincekeyframe = 0

  init(
    _ codec: MediaCodec.Family, encoding: Int, size: PictureSize, packetsPerFrame: ClosedRange<Int> = 1...4,
    using generator: inout SeededGenerator
  ) {
    self.codec = codec
    self.encoding = encoding
    self.size = size
    self.packetsPerFrame = packetsPerFrame
    sequence = .random(in: 0..<65_536, using: &generator)
    timestampBase = .random(in: 0..<(1 << 32), using: &generator)
    pictureID = .random(in: 0..<32_768, using: &generator)
    tl0 = .random(in: 0..<256, using: &generator)
    keyIndex = .random(in: 0..<32, using: &generator)
    describes = codec == .av1
  }

  /// The timestamp of a moment.
  func timestamp(at moment: Instant) -> Int64 {
    timestampBase + (moment.nanoseconds * 9 + 50_000) / 100_000
  }

  /// The packets of the next frame, which is a keyframe if it must be.
  mutating func frame(at moment: Instant, isKeyframe: Bool, using generator: inout SeededGenerator) -> [Packet] {
    let isKeyframe = isKeyframe || frameCount == 0
    if isKeyframe { (position, sincekeyframe) = (0, 0) }
    let temporalID = pattern[position % pattern.count]
    pictureID += 1
    if temporalID == 0 { tl0 += 1 }
    if isKeyframe { keyIndex += 1 }
    let count = max(Int.random(in: packetsPerFrame, using: &generator), isKeyframe && !describes ? 3 : 1)
    defer {
      position += 1
      sincekeyframe += 1
      frameCount += 1
    }
    return (0..<count).map { index in
      defer { sequence += 1 }
      let isLast = index == count - 1
      let stamp = Self.stamp(encoding, frameCount, index)
      let starts = isKeyframe && index == 0
      return Packet(
        encoding: encoding, frame: frameCount, sequence: sequence, timestamp: timestamp(at: moment), marker: isLast,
        isKeyframe: isKeyframe, startsKeyframe: starts, temporalID: temporalID, capturedAt: moment,
        descriptor: describes ? descriptor(index, isLast, isKeyframe, temporalID) : [],
        payload: head(index, isLast, isKeyframe, temporalID) + stamp, pictureID: pictureID, tl0: tl0,
        keyIndex: keyIndex)
    }
  }

  // MARK: Payloads

  private static func stamp(_ encoding: Int, _ frame: Int, _ packet: Int) -> [UInt8] {
    [
      0xff, UInt8(encoding), UInt8(frame >> 16 & 0xff), UInt8(frame >> 8 & 0xff), UInt8(frame & 0xff), UInt8(packet),
      0xff,
    ]
  }

  private func head(_ index: Int, _ isLast: Bool, _ isKeyframe: Bool, _ temporalID: UInt8) -> [UInt8] {
    switch codec {
    case .vp8: return vp8(index, isKeyframe, temporalID)
    case .vp9: return vp9(index, isLast, isKeyframe, temporalID)
    case .h264: return h264(index, isLast, isKeyframe)
    case .h265: return h265(index, isLast, isKeyframe, temporalID)
    case .av1: return [isKeyframe && index == 0 ? 0x08 : 0x00, 0x08, 0x32, 0, 0, 0, 0, 0, 0, 0]
    case .opus, .red: return []
    }
  }

  private func vp8(_ index: Int, _ isKeyframe: Bool, _ temporalID: UInt8) -> [UInt8] {
    var descriptor = VP8PayloadDescriptor(startsPartition: index == 0)
    descriptor.pictureID = UInt16(pictureID & (hasShortPictureID ? 0x7f : 0x7fff))
    descriptor.hasLongPictureID = !hasShortPictureID
    descriptor.tl0PictureIndex = UInt8(tl0 & 0xff)
    // The first frame of the highest layer after one of the lowest needs only that one.
    descriptor.temporalLayer = .init(id: temporalID, isSwitchingPoint: temporalID > 0 && position % pattern.count < 3)
    descriptor.keyIndex = UInt8(keyIndex & 0x1f)
    let head = try? [UInt8](capacity: 8) { output throws(WireError) in try descriptor.write(into: &output) }
    guard index == 0 else { return (head ?? []) + [0, 0] }
    guard isKeyframe else { return (head ?? []) + [0x01, 0, 0] }
    let (width, height) = (UInt16(size.width), UInt16(size.height))
    return (head ?? []) + [0x10, 0, 0, 0x9d, 0x01, 0x2a]
      + [UInt8(width & 0xff), UInt8(width >> 8), UInt8(height & 0xff), UInt8(height >> 8)]
  }

  private func vp9(_ index: Int, _ isLast: Bool, _ isKeyframe: Bool, _ temporalID: UInt8) -> [UInt8] {
    var descriptor = VP9PayloadDescriptor(pictureID: UInt16(pictureID & (hasShortPictureID ? 0x7f : 0x7fff)))
    descriptor.hasLongPictureID = !hasShortPictureID
    descriptor.isInterPicturePredicted = !isKeyframe
    descriptor.startsFrame = index == 0
    descriptor.endsFrame = isLast
    // Whatever an encoder of a simulcast calls its layers: they are all the lowest.
    descriptor.layer = .init(temporalID: temporalID, isSwitchingUpPoint: temporalID == 0, spatialID: 0)
    descriptor.tl0PictureIndex = UInt8(tl0 & 0xff)
    if isKeyframe, index == 0 {
      var structure = VP9ScalabilityStructure(spatialLayerCount: 1)
      try? structure.widths.append(UInt16(size.width))
      try? structure.heights.append(UInt16(size.height))
      descriptor.structure = structure
    }
    let head = try? [UInt8](capacity: 32) { output throws(WireError) in try descriptor.write(into: &output) }
    return (head ?? []) + [0x80, 0, 0]
  }

  private func h264(_ index: Int, _ isLast: Bool, _ isKeyframe: Bool) -> [UInt8] {
    guard isKeyframe else { return [0x7c, (index == 0 ? 0x80 : 0) | (isLast ? 0x40 : 0) | 1, 0] }
    guard index > 0 else { return ParameterSets.h264(size) }
    return [0x7c, (index == 1 ? 0x80 : 0) | (isLast ? 0x40 : 0) | 5, 0]
  }

  private func h265(_ index: Int, _ isLast: Bool, _ isKeyframe: Bool, _ temporalID: UInt8) -> [UInt8] {
    let type: UInt8 = isKeyframe ? 19 : temporalID > 0 ? 3 : 1  // TSA_R where there are layers
    guard isKeyframe, index < 2 else {
      return [49 << 1, temporalID + 1, (index == 0 ? 0x80 : 0) | (isLast ? 0x40 : 0) | type]
    }
    return index == 0 ? [32 << 1, 1, 0, 0] : ParameterSets.h265(size)
  }

  // MARK: Dependency descriptors

  private func descriptor(_ index: Int, _ isLast: Bool, _ isKeyframe: Bool, _ temporalID: UInt8) -> [UInt8] {
    let structure = FrameStructures.temporal(pattern, size)
    var descriptor = FrameStructures.descriptor(
      FrameStructures.temporalFrame(pattern, sinceKeyframe: sincekeyframe), in: structure, number: frameCount + 1)
    descriptor.isFirstPacketOfFrame = index == 0
    descriptor.isLastPacketOfFrame = isLast
    if isKeyframe, index == 0 { descriptor.attachedStructure = structure }
    let bytes = try? [UInt8](capacity: 256) { output throws(WireError) in
      try descriptor.write(structure: structure, into: &output)
    }
    return bytes ?? []
  }
}

/// Parameter sets that say how large the pictures are, and as little else as they can.
enum ParameterSets {
  /// A unit of a header and bits, with the bytes that keep start codes out of it.
  private static func unit(_ header: [UInt8], _ bits: String) -> [UInt8] {
    var bits = bits + "1"
    while bits.count % 8 != 0 { bits += "0" }
    var bytes = header
    var rest = Substring(bits)
    while !rest.isEmpty {
      let byte = UInt8(rest.prefix(8), radix: 2) ?? 0
      if bytes.count >= 2, bytes.suffix(2) == [0, 0], byte <= 3 { bytes.append(3) }
      bytes.append(byte)
      rest = rest.dropFirst(8)
    }
    return bytes
  }

  static func expGolomb(_ value: Int) -> String {
    let code = String(value + 1, radix: 2)
    return String(repeating: "0", count: code.count - 1) + code
  }

  private static func bits(_ value: Int, _ count: Int) -> String {
    let digits = String(value, radix: 2)
    return String(repeating: "0", count: count - digits.count) + digits
  }

  /// Baseline, cropped to the size.
  static func h264(_ size: PictureSize) -> [UInt8] {
    let (width, height) = ((size.width + 15) / 16, (size.height + 15) / 16)
    let crop = [0, (width * 16 - size.width) / 2, 0, (height * 16 - size.height) / 2]
    let head = bits(66, 8) + bits(0, 8) + bits(31, 8)
    let order = expGolomb(0) + expGolomb(0) + expGolomb(2) + expGolomb(1) + "0"
    let sizes = expGolomb(width - 1) + expGolomb(height - 1) + "1" + "1"
    return unit([0x67], head + order + sizes + "1" + crop.map(expGolomb).joined() + "0")
  }

  static func h265(_ size: PictureSize) -> [UInt8] {
    let head = bits(0, 4) + bits(0, 3) + "1" + String(repeating: "0", count: 96)
    return unit(
      [33 << 1, 1], head + expGolomb(0) + expGolomb(1) + expGolomb(size.width) + expGolomb(size.height) + "0")
  }
}
