package import RTP
package import WebRTC

/// A camera whose first frame is a keyframe, and each packet says which one it is; by default a frame is one packet.
package struct FrameSource {
  package struct Packet {
    package let outgoing: OutgoingPacket
    package let payload: [UInt8]

    package init(outgoing: OutgoingPacket, payload: [UInt8]) {
      (self.outgoing, self.payload) = (outgoing, payload)
    }
  }

  package static let payloadByteCount = 300

  package let payloadType: UInt8
  package let first: SequenceNumber
  package let interval: Duration
  package private(set) var nextAt: Instant
  package private(set) var count = 0
  private let limit: Int
  /// Added to the numbers inside the packets, so that those of several sources can be told apart.
  private let numberOffset: Int
  private let byteCount: Int
  private let clockRate: Int64
  /// How many packets before it each repeats (RED, RFC 2198), and as which payload type they are named inside.
  package var repeats = (count: 0, payloadType: UInt8(0))
  /// How many packets a frame has, and by how many bytes each is longer than the one before.
  package var shape = (packetCount: 1, growth: 0)
  /// Which packets are keyframes.
  private var keyframes: Set<Int> = [0]
  /// When each packet was sent.
  package private(set) var sentAt: [Instant] = []

  package init(
    payloadType: UInt8, first: SequenceNumber, every interval: Duration, from start: Instant, limit: Int = .max,
    numberedFrom numberOffset: Int = 0, byteCount: Int = payloadByteCount,
    clockRate: Int64 = 90_000
  ) {
    self.payloadType = payloadType
    self.first = first
    self.interval = interval
    self.limit = limit
    self.numberOffset = numberOffset
    self.byteCount = byteCount
    self.clockRate = clockRate
    nextAt = start
  }

  package mutating func takeDue(at now: Instant) -> Packet? {
    guard nextAt <= now, count < limit else { return nil }
    defer { count += 1 }
    sentAt.append(now)
    let endsFrame = (count + 1) % shape.packetCount == 0
    nextAt = count + 1 < limit ? nextAt + (endsFrame ? interval : .zero) : .distantFuture
    return packet(count)
  }

  /// The next frame is a keyframe.
  package mutating func makeKeyframe() {
    let nextFrame = (count + shape.packetCount - 1) / shape.packetCount
    keyframes.insert(nextFrame * shape.packetCount)
  }

  package mutating func stop() { nextAt = .distantFuture }

  /// A packet as it was sent first.
  package func packet(_ index: Int) -> Packet {
    let (frame, place) = index.quotientAndRemainder(dividingBy: shape.packetCount)
    let ticks = UInt32(truncatingIfNeeded: interval.nanoseconds / 1000 * clockRate / 1_000_000 * Int64(frame))
    return Packet(
      outgoing: OutgoingPacket(
        payloadType: payloadType, sequence: first.advanced(by: index), timestamp: ticks,
        marker: place == shape.packetCount - 1, source: Int64(index)),
      payload: redundancy(of: index) + payload(index))
  }

  private func payload(_ index: Int) -> [UInt8] {
    let (frame, place) = index.quotientAndRemainder(dividingBy: shape.packetCount)
    let head: [UInt8] =
      place == 0 ? [Self.startOfFrame, keyframes.contains(frame * shape.packetCount) ? 0 : 1] : [0, 1]
    return Self.payload(index + numberOffset, head, byteCount + place * shape.growth)
  }

  /// What goes before the payload of a packet that repeats others.
  private func redundancy(of index: Int) -> [UInt8] {
    guard repeats.count > 0 else { return [] }
    let earlier = (max(0, index - repeats.count)..<index)
    let ticks = UInt32(truncatingIfNeeded: interval.nanoseconds / 1000 * clockRate / 1_000_000)
    let headers = try? [UInt8](capacity: 64) { output throws(WireError) in
      for number in earlier {
        try REDHeaders.writeRedundant(
          payloadType: repeats.payloadType, timestampOffset: ticks * UInt32(index - number), byteCount: byteCount,
          into: &output)
      }
      try REDHeaders.writePrimary(payloadType: repeats.payloadType, into: &output)
    }
    return (headers ?? []) + earlier.flatMap { payload($0) }
  }

  /// S=1 and PID=0 (RFC 7741 §4.2).
  private static let startOfFrame: UInt8 = 0x10

  /// VP8: a payload descriptor, a frame header whose lowest bit is clear for a keyframe, then the number.
  private static func payload(_ index: Int, _ beginning: [UInt8], _ byteCount: Int) -> [UInt8] {
    let head = beginning + (0..<4).map { UInt8(truncatingIfNeeded: index >> (24 - 8 * $0)) }
    return head + [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: byteCount - head.count)
  }

  /// Which packet a payload is; nil if it was changed on its way.
  package static func index(of payload: RawSpan) -> Int? {
    guard payload.byteCount > 6 else { return nil }
    let bytes = payload.array
    let index = bytes[2..<6].reduce(0) { $0 << 8 | Int($1) }
    return bytes == self.payload(index, Array(bytes[..<2]), bytes.count) ? index : nil
  }
}

/// A packet that came through: who sent it and which it was.
package struct ReceivedMedia {
  package let at: Instant
  package let stream: Int
  package let sequence: Int64
  package let timestamp: Int64
  package let isRepair: Bool
  package let startsKeyframe: Bool
  package let index: Int?
  /// Whether it came in RED (RFC 2198), and which earlier packets it repeated.
  package let isRedundant: Bool
  package let repeated: [Int]

  package init(_ packet: ReceivedPacket, _ payload: RawSpan, at now: Instant) {
    at = now
    stream = packet.stream
    (sequence, timestamp) = (packet.sequence, packet.timestamp)
    isRepair = packet.isRepair
    startsKeyframe = packet.startsKeyframe
    isRedundant = packet.codec == .red
    let carried = isRedundant ? Self.carried(by: payload) : [FrameSource.index(of: payload)]
    index = carried.last ?? nil
    repeated = carried.dropLast().compactMap(\.self)
  }

  /// Which packets one of RED carries, the earliest first.
  private static func carried(by payload: RawSpan) -> [Int?] {
    var indices: [Int?] = []
    guard var cursor = try? REDCursor(payload) else { return [] }
    while let block = try? cursor.next(in: payload) {
      indices.append(FrameSource.index(of: payload.extracting(block.range)))
    }
    return indices
  }
}

/// What a forwarded packet came in: without extensions, or with the name of a simulcast layer.
package struct SourcePacket {
  package let bytes: [UInt8]
  package let forwarding: HeaderExtensionForwarding

  package init() {
    bytes = [0x80] + [UInt8](repeating: 0, count: 11)
    forwarding = HeaderExtensionForwarding(
      source: HeaderExtensionMap(), target: HeaderExtensionMap(), allowsTwoByteForm: true)
  }

  /// A packet of the layer of this name, of at most 16 letters, which goes out under the id `ridID`.
  package init(rid: String, ridID: UInt8) {
    self.init(.rid, Array(rid.utf8), id: ridID)
  }

  /// A packet as loud as this, in decibels below overload, which goes out under the id `levelID`.
  package init(level: UInt8, hasVoice: Bool = true, levelID: UInt8) {
    self.init(.audioLevel, [(hasVoice ? 0x80 : 0) | level], id: levelID)
  }

  private init(_ kind: HeaderExtensionKind, _ value: [UInt8], id: UInt8) {
    let element = [0x10 | UInt8(value.count - 1)] + value
    let padding = [UInt8](repeating: 0, count: (4 - element.count % 4) % 4)
    let wordCount = UInt8((element.count + padding.count) / 4)
    bytes = [0x90] + [UInt8](repeating: 0, count: 11) + [0xBE, 0xDE, 0, wordCount] + element + padding
    var (source, target) = (HeaderExtensionMap(), HeaderExtensionMap())
    try? source.assign(1, to: kind)
    try? target.assign(id, to: kind)
    forwarding = HeaderExtensionForwarding(
      source: source, target: target, passing: HeaderExtensionKinds(kind), allowsTwoByteForm: true)
  }

  package var header: RTPHeader {
    guard let header = try? RTPHeader(parsing: bytes.span.bytes) else {
      preconditionFailure("a header of at most one extension")
    }
    return header
  }
}

extension [UInt8] {
  /// A sealed packet, as it travels.
  package init(sealing body: (inout OutputRawSpan) throws(MediaSealError) -> Void) throws(MediaSealError) {
    var failure: MediaSealError?
    self.init(unsafeUninitializedCapacity: 1500) { buffer, count in
      let raw = UnsafeMutableRawBufferPointer(buffer)
      var output = OutputRawSpan(buffer: raw, initializedCount: 0)
      do throws(MediaSealError) { try body(&output) } catch { failure = error }
      count = output.finalize(for: raw)
    }
    if let failure { throw failure }
  }
}
