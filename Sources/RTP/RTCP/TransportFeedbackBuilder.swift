/// Collects arrivals and writes them as a transport-wide feedback packet (`TransportFeedback`).
///
/// Arrivals are appended in the order of their numbers, `append` says when the packet is full, and `reset` starts the next one in
/// the same storage, so a builder that is kept allocates nothing after its first packets.
package struct TransportFeedbackBuilder: Sendable {
  private typealias Chunk = TransportFeedback.Chunk
  private typealias Symbol = TransportFeedback.Symbol

  /// Chunks that one more arrival can add at most: two to flush what is pending, one for the gap, one for itself.
  private static let chunkReserve = 4

  /// The length that a packet must not exceed, with its RTCP header.
  private let maximumByteCount: Int
  private var base: Int64?
  private var next: Int64 = 0
  private var referenceTime: Int64 = 0
  private var ticks: Int64 = 0
  private var chunks: [UInt16] = []
  private var deltas: [UInt8] = []
  private var pending = PendingSymbols()

  package init(maximumByteCount: Int) {
    self.maximumByteCount = maximumByteCount
  }

  /// Whether there is nothing to send.
  package var isEmpty: Bool { deltas.isEmpty }

  /// The number after the last one spoken of: where the next packet begins.
  package var nextSequenceNumber: Int64 { next }

  /// Forgets everything. With a `base` the packet will begin there, else with the first arrival.
  package mutating func reset(base: Int64? = nil) {
    self.base = base
    next = base ?? 0
    chunks.removeAll(keepingCapacity: true)
    deltas.removeAll(keepingCapacity: true)
    pending = PendingSymbols()
  }

  /// Adds the arrival of packet `number`, unwrapped and higher than all before; the packets in between are taken as lost.
  ///
  /// Returns `false` and changes nothing if it does not fit: too many packets, too long a packet, or too long a time since the
  /// arrival before. It fits the next packet, then.
  package mutating func append(_ number: Int64, arrivedAt instant: Instant) -> Bool {
    let first = base ?? number
    let expected = base == nil ? number : next
    precondition(number >= expected, "arrivals are appended in the order of their numbers")
    let gap = Int(number - expected)
    let arrival = Self.ticks(instant)
    let reference = isEmpty ? arrival >> 8 : referenceTime
    let delta = arrival - (isEmpty ? reference * TransportFeedback.ticksPerReferenceUnit : ticks)
    guard number - first < Int64(UInt16.max), let narrow = Int16(exactly: delta) else { return false }
    let addedChunkCount = Self.chunkReserve + gap / Chunk.maximumRunLength
    guard byteCount + addedChunkCount * 2 + 2 <= maximumByteCount else { return false }

    base = first
    referenceTime = reference
    ticks = arrival
    for _ in 0..<gap { add(.lost) }
    if let small = UInt8(exactly: narrow) {
      add(.smallDelta)
      deltas.append(small)
    } else {
      add(.largeDelta)
      deltas.append(UInt8(truncatingIfNeeded: narrow >> 8))
      deltas.append(UInt8(truncatingIfNeeded: narrow))
    }
    next = number + 1
    return true
  }

  /// Appends the packet; there must have been an arrival. `feedbackCount` numbers the feedback packets of a sender.
  package func write(
    sender: SSRC, media: SSRC, feedbackCount: UInt8, into output: inout OutputRawSpan
  ) throws(WireError) {
    guard let base, !isEmpty else { preconditionFailure("a feedback without arrivals has no reference time") }
    let format = Int(TransportFeedback.format)
    try RTCPHeader.write(
      .transportLayerFeedback, count: format, bodyByteCount: byteCount - RTCPHeader.byteCount, into: &output)
    try output.writeUInt32(sender.rawValue)
    try output.writeUInt32(media.rawValue)
    try output.writeUInt16(SequenceNumber(wrapping: base).rawValue)
    try output.writeUInt16(UInt16(next - base))  // `append` keeps the count within 16 bits
    try output.writeUInt24(UInt32(truncatingIfNeeded: referenceTime) & 0xff_ffff)
    try output.writeUInt8(feedbackCount)
    for chunk in chunks { try output.writeUInt16(chunk) }
    if let last = pending.lastChunk { try output.writeUInt16(last) }
    try output.writeBytes(deltas)
    try output.writeZeros(-unpaddedByteCount & 3)
  }

  private var unpaddedByteCount: Int {
    let chunkCount = chunks.count + (pending.count > 0 ? 1 : 0)
    return RTCPHeader.byteCount + TransportFeedback.fixedByteCount + chunkCount * 2 + deltas.count
  }

  /// The length of the packet as `write` would append it.
  private var byteCount: Int { (unpaddedByteCount + 3) & ~3 }

  private mutating func add(_ symbol: TransportFeedback.Symbol) {
    while !pending.take(symbol) { chunks.append(pending.removeChunk()) }
  }

  private static func ticks(_ instant: Instant) -> Int64 {
    let (quotient, remainder) = instant.nanoseconds.quotientAndRemainder(
      dividingBy: TransportFeedback.nanosecondsPerTick)
    return remainder < 0 ? quotient - 1 : quotient
  }
}

/// The symbols that are not in a chunk yet: a run of equal ones, or at most 14 different ones.
private struct PendingSymbols: Sendable {
  private typealias Chunk = TransportFeedback.Chunk
  fileprivate typealias Symbol = TransportFeedback.Symbol

  private(set) var count = 0
  /// Two bits for each of the first 14, the first one lowest.
  private var bits: UInt32 = 0
  private var isRun = true
  private var hasLargeDelta = false

  private func symbol(at index: Int) -> UInt16 { UInt16(bits >> UInt32(index * 2) & 3) }

  /// Adds a symbol if one chunk can still hold all.
  mutating func take(_ symbol: Symbol) -> Bool {
    let continuesRun = isRun && (count == 0 || self.symbol(at: 0) == symbol.rawValue)
    let fitsTwoBits = count < Chunk.twoBitCapacity
    let fitsOneBit = count < Chunk.oneBitCapacity && !hasLargeDelta && symbol != .largeDelta
    guard fitsTwoBits || fitsOneBit || (continuesRun && count < Chunk.maximumRunLength) else { return false }
    if count < Chunk.oneBitCapacity { bits |= UInt32(symbol.rawValue) << UInt32(count * 2) }
    count += 1
    isRun = continuesRun
    hasLargeDelta = hasLargeDelta || symbol == .largeDelta
    return true
  }

  /// Takes out one full chunk, after `take` has refused.
  mutating func removeChunk() -> UInt16 {
    if isRun || (count == Chunk.oneBitCapacity && !hasLargeDelta) {
      let chunk = isRun ? runChunk : oneBitChunk
      self = PendingSymbols()
      return chunk
    }
    let chunk = twoBitChunk
    let (rest, restCount) = (bits >> UInt32(Chunk.twoBitCapacity * 2), count - Chunk.twoBitCapacity)
    self = PendingSymbols()
    for index in 0..<restCount {
      // What was refused as a whole has at most 14 symbols of three kinds, so the rest fits and the kind is known.
      guard let symbol = Symbol(rawValue: UInt16(rest >> UInt32(index * 2) & 3)), take(symbol) else { break }
    }
    return chunk
  }

  /// All symbols as one chunk, or `nil` if there are none.
  var lastChunk: UInt16? {
    guard count > 0 else { return nil }
    if isRun { return runChunk }
    return count <= Chunk.twoBitCapacity ? twoBitChunk : oneBitChunk
  }

  private var runChunk: UInt16 { symbol(at: 0) << 13 | UInt16(count) }

  private var oneBitChunk: UInt16 {
    (0..<Chunk.oneBitCapacity).reduce(0x8000) { $0 | symbol(at: $1) << UInt16(13 - $1) }
  }

  private var twoBitChunk: UInt16 {
    (0..<Chunk.twoBitCapacity).reduce(0xc000) { $0 | symbol(at: $1) << UInt16(12 - $1 * 2) }
  }
}
