/// Lets someone who sends nothing measure the round trip: a receiver states its time, the other side answers
/// (XR with RRTR and DLRR blocks, RFC 3611 §4.4 and §4.5).
///
/// ```
/// | SSRC of sender : 32 |
/// | block type : 8 | specific : 8 | length in words : 16 | block … |   repeated
/// ```
package struct ExtendedReport: Equatable, Sendable {
  /// The answer to one receiver's statement of its time.
  package struct Delay: Equatable, Sendable {
    package static let byteCount = 12

    /// The receiver that stated its time.
    package var receiver: SSRC
    /// The time it stated last, zero if it has not.
    package var lastReceiverReport: NTPShortTime
    package var delaySinceLastReceiverReport: NTPShortTime

    package init(receiver: SSRC, lastReceiverReport: NTPShortTime, delaySinceLastReceiverReport: NTPShortTime) {
      self.receiver = receiver
      self.lastReceiverReport = lastReceiverReport
      self.delaySinceLastReceiverReport = delaySinceLastReceiverReport
    }

    /// The round trip that the answer proves when it arrives at `arrival` on our clock; `nil` if it proves none.
    package func roundTripTime(at arrival: NTPTime) -> Duration? {
      guard lastReceiverReport.rawValue != 0 else { return nil }
      let elapsed = arrival.short.duration(since: lastReceiverReport)
      let roundTrip = elapsed - delaySinceLastReceiverReport.duration
      return roundTrip >= .zero ? roundTrip : nil
    }
  }

  /// One report block of the two kinds that are used.
  package enum Block: Equatable, Sendable {
    /// The receiver's clock when the packet left (RRTR).
    case receiverReferenceTime(NTPTime)
    /// Answers to receivers (DLRR).
    case delaySinceLastReceiverReport([Delay])
  }

  package var sender: SSRC
  /// The blocks of known kinds; others were passed over.
  package var blocks: [Block]

  package init(sender: SSRC, blocks: [Block]) {
    self.sender = sender
    self.blocks = blocks
  }

  package init(parsing body: RawSpan) throws(WireError) {
    var body = body
    sender = SSRC(rawValue: try body.readUInt32())
    blocks = []
    while body.byteCount > 0 {
      let type = try body.readUInt8()
      try body.skip(1)
      let byteCount = Int(try body.readUInt16()) * 4
      guard byteCount <= body.byteCount else { throw .truncated }
      if let block = try Block(parsing: body.extracting(first: byteCount), type: type) { blocks.append(block) }
      try body.skip(byteCount)
    }
  }

  package func write(into output: inout OutputRawSpan) throws(WireError) {
    let bodyByteCount = 4 + blocks.reduce(0) { $0 + 4 + $1.byteCount }
    try RTCPHeader.write(.extendedReport, count: 0, bodyByteCount: bodyByteCount, into: &output)
    try output.writeUInt32(sender.rawValue)
    for block in blocks { try block.write(into: &output) }
  }
}

extension ExtendedReport.Block {
  private static let receiverReferenceTimeType: UInt8 = 4
  private static let delayType: UInt8 = 5

  /// `nil` for a kind of block we do not know.
  fileprivate init?(parsing body: RawSpan, type: UInt8) throws(WireError) {
    var body = body
    switch type {
    case Self.receiverReferenceTimeType:
      guard body.byteCount == 8 else { throw .invalidLength }
      self = .receiverReferenceTime(NTPTime(rawValue: try body.readUInt64()))
    case Self.delayType:
      guard body.byteCount % ExtendedReport.Delay.byteCount == 0 else { throw .invalidLength }
      var delays: [ExtendedReport.Delay] = []
      while body.byteCount > 0 { delays.append(try ExtendedReport.Delay(reading: &body)) }
      self = .delaySinceLastReceiverReport(delays)
    default: return nil
    }
  }

  /// Without the four bytes of the block's header.
  fileprivate var byteCount: Int {
    switch self {
    case .receiverReferenceTime: 8
    case .delaySinceLastReceiverReport(let delays): delays.count * ExtendedReport.Delay.byteCount
    }
  }

  fileprivate func write(into output: inout OutputRawSpan) throws(WireError) {
    switch self {
    case .receiverReferenceTime(let time):
      try writeHeader(Self.receiverReferenceTimeType, into: &output)
      try output.writeUInt64(time.rawValue)
    case .delaySinceLastReceiverReport(let delays):
      try writeHeader(Self.delayType, into: &output)
      for delay in delays { try delay.write(into: &output) }
    }
  }

  private func writeHeader(_ type: UInt8, into output: inout OutputRawSpan) throws(WireError) {
    try output.writeUInt8(type)
    try output.writeUInt8(0)
    try output.writeUInt16(UInt16(byteCount / 4))  // the whole body was found to fit 16 bits of words before
  }
}

extension ExtendedReport.Delay {
  fileprivate init(reading bytes: inout RawSpan) throws(WireError) {
    receiver = SSRC(rawValue: try bytes.readUInt32())
    lastReceiverReport = NTPShortTime(rawValue: try bytes.readUInt32())
    delaySinceLastReceiverReport = NTPShortTime(rawValue: try bytes.readUInt32())
  }

  fileprivate func write(into output: inout OutputRawSpan) throws(WireError) {
    try output.writeUInt32(receiver.rawValue)
    try output.writeUInt32(lastReceiverReport.rawValue)
    try output.writeUInt32(delaySinceLastReceiverReport.rawValue)
  }
}
