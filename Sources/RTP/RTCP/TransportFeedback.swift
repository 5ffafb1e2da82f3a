/// Tells a sender when each of its packets arrived
/// (transport-wide congestion control, draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1).
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                        SSRC of sender                         |
/// |                        SSRC of media                          |
/// |      base sequence number     |      packet status count      |
/// |             reference time / 64 ms            | feedback count|
/// |         packet chunk          |         packet chunk          |
/// |                              …                                |
/// |         packet chunk          |   deltas / 250 µs, 8 or 16 bits
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
///
/// A chunk is a run, `0 | symbol : 2 | length : 13`, or a vector, `1 0 | 14 × 1` or `1 1 | 7 × 2`. Few bytes can speak of 65535
/// packets, so the packet is kept as it is and walked over with a `TransportFeedbackCursor`, whose work is bounded by its bytes.
package struct TransportFeedback: Equatable, Sendable {
  package static let format: UInt8 = 15
  /// The unit of deltas.
  package static let nanosecondsPerTick: Int64 = 250_000
  /// The unit of the reference time, 64 ms, in ticks.
  package static let ticksPerReferenceUnit: Int64 = 256
  /// The bytes before the first chunk.
  static let fixedByteCount = 16

  package let sender: SSRC
  package let media: SSRC
  /// The first packet spoken of.
  package let base: SequenceNumber
  /// How many packets are spoken of, received or not.
  package let statusCount: Int
  /// The time that the first delta starts from, in units of 64 ms on the receiver's clock: 24 bits, wrapping.
  package let referenceTime: UInt32
  /// Counts the feedback packets; a gap tells of a lost one.
  package let feedbackCount: UInt8
  /// Where chunks and deltas lie in the datagram that the packet was read from.
  let chunks: Range<Int>
  let deltas: Range<Int>

  /// Reads a body that begins at `offset` of the datagram to be walked over later.
  ///
  /// Throws `truncated` if the chunks do not cover the count or deltas are missing, `invalidValue` for the reserved symbol.
  package init(parsing body: RawSpan, at offset: Int = 0) throws(WireError) {
    var bytes = body
    sender = SSRC(rawValue: try bytes.readUInt32())
    media = SSRC(rawValue: try bytes.readUInt32())
    base = SequenceNumber(rawValue: try bytes.readUInt16())
    statusCount = Int(try bytes.readUInt16())
    referenceTime = try bytes.readUInt24()
    feedbackCount = try bytes.readUInt8()
    guard statusCount > 0 else { throw .invalidLength }
    var covered = 0
    var deltaByteCount = 0
    while covered < statusCount {
      let chunk = Chunk(rawValue: try bytes.readUInt16())
      let count = min(chunk.symbolCount, statusCount - covered)
      guard count > 0 else { throw .invalidLength }
      deltaByteCount += try chunk.deltaByteCount(ofFirst: count)
      covered += count
    }
    let deltaStart = body.byteCount - bytes.byteCount
    try bytes.skip(deltaByteCount)
    guard bytes.byteCount < 4 else { throw .trailingBytes }
    chunks = (offset + Self.fixedByteCount)..<(offset + deltaStart)
    deltas = (offset + deltaStart)..<(offset + deltaStart + deltaByteCount)
  }
}

extension TransportFeedback {
  /// How a packet fared, as two bits say it.
  enum Symbol: UInt16 {
    case lost = 0
    case smallDelta = 1
    case largeDelta = 2

    init(parsing bits: UInt16) throws(WireError) {
      guard let symbol = Symbol(rawValue: bits) else { throw .invalidValue }
      self = symbol
    }

    var deltaByteCount: Int { Int(rawValue) }
  }

  /// Sixteen bits that speak of one to 8191 packets.
  struct Chunk {
    static let maximumRunLength = 8191
    static let oneBitCapacity = 14
    static let twoBitCapacity = 7

    let rawValue: UInt16

    var isRun: Bool { rawValue & 0x8000 == 0 }

    var symbolCount: Int {
      if isRun { return Int(rawValue & 0x1fff) }
      return rawValue & 0x4000 == 0 ? Self.oneBitCapacity : Self.twoBitCapacity
    }

    func symbol(at index: Int) throws(WireError) -> Symbol {
      if isRun { return try Symbol(parsing: rawValue >> 13 & 3) }
      if rawValue & 0x4000 == 0 { return try Symbol(parsing: rawValue >> UInt16(13 - index) & 1) }
      return try Symbol(parsing: rawValue >> UInt16(12 - index * 2) & 3)
    }

    /// The bytes of deltas that belong to the first `count` packets.
    func deltaByteCount(ofFirst count: Int) throws(WireError) -> Int {
      if isRun { return try symbol(at: 0).deltaByteCount * count }
      var sum = 0
      for index in 0..<count { sum += try symbol(at: index).deltaByteCount }
      return sum
    }
  }
}

/// Walks over the packets that a transport-wide feedback speaks of, in the order of their numbers.
package struct TransportFeedbackCursor: Sendable {
  /// What is said of one packet, or of several in a row that did not arrive.
  package enum Status: Equatable, Sendable {
    /// Arrived so many ticks of 250 µs after the reference time; in reordered packets this may go back.
    case received(SequenceNumber, ticks: Int64)
    /// Did not arrive, or had not when the feedback was made.
    case lost(first: SequenceNumber, count: Int)
  }

  private let statusCount: Int
  private let base: SequenceNumber
  private var chunkOffset: Int
  private var deltaOffset: Int
  /// Packets passed so far, in all and in the current chunk.
  private var position = 0
  private var positionInChunk = 0
  private var ticks: Int64 = 0

  package init(_ feedback: TransportFeedback) {
    statusCount = feedback.statusCount
    base = feedback.base
    chunkOffset = feedback.chunks.lowerBound
    deltaOffset = feedback.deltas.lowerBound
  }

  /// The next status in `datagram`, from which the feedback was read; `nil` at the end.
  package mutating func next(in datagram: RawSpan) throws(WireError) -> Status? {
    guard position < statusCount else { return nil }
    let chunk = TransportFeedback.Chunk(rawValue: try datagram.loadUInt16(at: chunkOffset))
    let number = base.advanced(by: position)
    switch try chunk.symbol(at: positionInChunk) {
    case .lost:
      let count = chunk.isRun ? min(chunk.symbolCount, statusCount - position) : 1
      advance(by: count, in: chunk)
      return .lost(first: number, count: count)
    case .smallDelta:
      ticks += Int64(try datagram.loadUInt8(at: deltaOffset))
      deltaOffset += 1
    case .largeDelta:
      ticks += Int64(Int16(bitPattern: try datagram.loadUInt16(at: deltaOffset)))
      deltaOffset += 2
    }
    advance(by: 1, in: chunk)
    return .received(number, ticks: ticks)
  }

  private mutating func advance(by count: Int, in chunk: TransportFeedback.Chunk) {
    position += count
    positionInChunk += count
    guard positionInChunk >= chunk.symbolCount else { return }
    positionInChunk = 0
    chunkOffset += 2
  }
}
