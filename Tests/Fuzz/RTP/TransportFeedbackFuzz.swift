import RTP

/// Takes arbitrary bytes as gaps and delays of arrivals, and reads back what is reported of them.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTransportFeedback(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  var input = bytes.span.bytes
  var builder = TransportFeedbackBuilder(maximumByteCount: 120)
  var number: Int64 = 0
  var ticks: Int64 = 0
  var arrivals: [Int64] = []
  while let gap = try? input.readUInt8(), let delay = try? input.readUInt16() {
    number += gap & 0x80 == 0 ? Int64(gap & 3) + 1 : Int64(gap)
    ticks += Int64(Int16(bitPattern: delay) >> Int16(gap & 0x0f))
    let instant = Instant(nanoseconds: ticks * TransportFeedback.nanosecondsPerTick)
    if !builder.append(number, arrivedAt: instant) {
      check(builder, arrivals)
      arrivals.removeAll()
      builder.reset()
      precondition(builder.append(number, arrivedAt: instant), "an arrival fits no packet")
    }
    arrivals.append(ticks)
  }
  if !builder.isEmpty { check(builder, arrivals) }
  return 0
}

private func check(_ builder: TransportFeedbackBuilder, _ arrivals: [Int64]) {
  let ssrc = SSRC(rawValue: 1)
  let bytes = try? [UInt8](capacity: 120) { output throws(WireError) in
    try builder.write(sender: ssrc, media: ssrc, feedbackCount: 0, into: &output)
  }
  var packets = RTCPCursor()
  guard
    let bytes, let header = try? packets.next(in: bytes.span.bytes),
    case .transportFeedback(let feedback) = try? RTCPPacket(parsing: bytes.span.bytes, header: header)
  else { preconditionFailure("a feedback was written that is none") }
  var cursor = TransportFeedbackCursor(feedback)
  var rest = arrivals[...]
  while let status = try? cursor.next(in: bytes.span.bytes) {
    guard case .received(_, let ticks) = status else { continue }
    let reported = Int64(feedback.referenceTime) * TransportFeedback.ticksPerReferenceUnit + ticks
    precondition((reported - (rest.popFirst() ?? .max)) % (1 << 32) == 0, "an arrival is reported with another time")
  }
  precondition(rest.isEmpty, "an arrival is not reported")
}
