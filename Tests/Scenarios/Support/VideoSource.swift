import RTP
import WebRTC

/// A camera that sends one packet a frame: the first is a keyframe, and each says which one it is.
struct VideoSource {
  struct Packet {
    let outgoing: OutgoingPacket
    let payload: [UInt8]
  }

  private static let payloadByteCount = 300

  let payloadType: UInt8
  let first: SequenceNumber
  let interval: Duration
  private(set) var nextAt: Instant
  private(set) var count = 0
  private let limit: Int
  /// When each packet was sent.
  private(set) var sentAt: [Instant] = []

  init(payloadType: UInt8, first: SequenceNumber, every interval: Duration, from start: Instant, limit: Int = .max) {
    self.payloadType = payloadType
    self.first = first
    self.interval = interval
    self.limit = limit
    nextAt = start
  }

  mutating func takeDue(at now: Instant) -> Packet? {
    guard nextAt <= now, count < limit else { return nil }
    defer { count += 1 }
    sentAt.append(now)
    nextAt = count + 1 < limit ? nextAt + interval : .distantFuture
    return packet(count)
  }

  mutating func stop() { nextAt = .distantFuture }

  /// A packet as it was sent first.
  func packet(_ index: Int) -> Packet {
    let ticks = UInt32(truncatingIfNeeded: interval.nanoseconds * 90 / 1_000_000 * Int64(index))
    return Packet(
      outgoing: OutgoingPacket(
        payloadType: payloadType, sequence: first.advanced(by: index), timestamp: ticks, marker: true,
        source: Int64(index)),
      payload: Self.payload(index))
  }

  /// VP8 (RFC 7741): S=1 and PID=0, a frame header whose lowest bit is clear for a keyframe, then the number.
  private static func payload(_ index: Int) -> [UInt8] {
    let number = (0..<4).map { UInt8(truncatingIfNeeded: index >> (24 - 8 * $0)) }
    let head: [UInt8] = [0x10, index == 0 ? 0x00 : 0x01] + number
    return head + [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: payloadByteCount - head.count)
  }

  /// Which packet a payload is; nil if it was changed on its way.
  static func index(of payload: RawSpan) -> Int? {
    guard payload.byteCount == payloadByteCount else { return nil }
    let bytes = payload.array
    let index = bytes[2..<6].reduce(0) { $0 << 8 | Int($1) }
    return bytes == self.payload(index) ? index : nil
  }
}

/// A packet that came through: who sent it and which it was.
struct ReceivedMedia {
  let at: Instant
  let stream: Int
  let sequence: Int64
  let isRepair: Bool
  let index: Int?

  init(_ packet: ReceivedPacket, _ payload: RawSpan, at now: Instant) {
    at = now
    stream = packet.stream
    sequence = packet.sequence
    isRepair = packet.isRepair
    index = VideoSource.index(of: payload)
  }
}

/// What a forwarded packet came in: without extensions, as these tests forward nothing.
struct SourcePacket {
  let bytes: [UInt8] = [0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  let forwarding = HeaderExtensionForwarding(
    source: HeaderExtensionMap(), target: HeaderExtensionMap(), allowsTwoByteForm: true)

  var header: RTPHeader {
    guard let header = try? RTPHeader(parsing: bytes.span.bytes) else {
      preconditionFailure("a header without anything")
    }
    return header
  }
}

extension [UInt8] {
  /// A sealed packet, as it travels.
  init(sealing body: (inout OutputRawSpan) throws(MediaSealError) -> Void) throws(MediaSealError) {
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
