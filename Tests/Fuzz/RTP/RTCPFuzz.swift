import RTP

/// Reads arbitrary bytes as an RTCP datagram, walks over its feedback, and writes its packets again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRTCP(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  var cursor = RTCPCursor()
  while let header = try? cursor.next(in: bytes.span.bytes) {
    guard let packet = try? RTCPPacket(parsing: bytes.span.bytes, header: header) else { continue }
    if case .transportFeedback(let feedback) = packet {
      walk(feedback, bytes)
    } else {
      check(packet)
    }
  }
  return 0
}

private func walk(_ feedback: TransportFeedback, _ bytes: [UInt8]) {
  var cursor = TransportFeedbackCursor(feedback)
  var count = 0
  do throws(WireError) {
    while let status = try cursor.next(in: bytes.span.bytes) {
      switch status {
      case .received: count += 1
      case .lost(_, let lostCount): count += lostCount
      }
    }
  } catch {
    preconditionFailure("a feedback that was accepted cannot be walked over: \(error)")
  }
  precondition(count == feedback.statusCount, "the feedback speaks of other packets than it says")
}

/// What is accepted must be written as it was read.
private func check(_ packet: RTCPPacket) {
  let written = try? [UInt8](capacity: 1 << 16) { output throws(WireError) in try write(packet, into: &output) }
  guard let written else { preconditionFailure("a packet that was read cannot be written") }
  guard !written.isEmpty else { return }
  var cursor = RTCPCursor()
  guard let header = try? cursor.next(in: written.span.bytes) else { preconditionFailure("no packet was written") }
  let again = try? RTCPPacket(parsing: written.span.bytes, header: header)
  precondition(again == packet, "what was written says something else")
}

private func write(_ packet: RTCPPacket, into output: inout OutputRawSpan) throws(WireError) {
  switch packet {
  case .senderReport(let report): try report.write(into: &output)
  case .receiverReport(let report): try report.write(into: &output)
  case .sourceDescription(let description): try description.write(into: &output)
  case .goodbye(let goodbye): try goodbye.write(into: &output)
  case .genericNACK(let request): try request.write(into: &output)
  case .pictureLossIndication(let indication): try indication.write(into: &output)
  case .fullIntraRequest(let request): try request.write(into: &output)
  case .remb(let estimate): try estimate.write(into: &output)
  case .extendedReport(let report): try report.write(into: &output)
  case .transportFeedback, .unknown: break
  }
}
