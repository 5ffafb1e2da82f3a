import RTP

/// Reads arbitrary bytes as an RTP packet with every extension, and passes its header on to a subscriber with other ids.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRTPPacket(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  guard let packet = try? RTPPacket(parsing: bytes.span.bytes) else { return 0 }
  precondition(packet.payload.upperBound + Int(packet.paddingByteCount) == count, "bytes of the packet are missing")
  _ = try? RTXPayload(packet, in: bytes.span.bytes)
  readExtensions(packet.header, bytes)
  pass(packet.header, bytes)
  return 0
}

private let source = extensionMap { 1 + $0 }
private let target = extensionMap { 20 - $0 }

private func extensionMap(_ id: (UInt8) -> UInt8) -> HeaderExtensionMap {
  var map = HeaderExtensionMap()
  for kind in HeaderExtensionKind.allCases { try? map.assign(id(kind.rawValue), to: kind) }
  return map
}

private func readExtensions(_ header: RTPHeader, _ bytes: [UInt8]) {
  var cursor = HeaderExtensionCursor(header)
  while let element = try? cursor.next(in: bytes.span.bytes) {
    let value = bytes.span.bytes.extracting(element.range)
    switch source.kind(of: element.id) {
    case .mid, .rid, .repairedRID: check(StreamIdentifier.self, value)
    case .audioLevel: check(AudioLevel.self, value)
    case .absoluteSendTime: check(AbsoluteSendTime.self, value)
    case .transportSequenceNumber, .transportSequenceNumberV2: check(TransportSequenceNumber.self, value)
    case .playoutDelay: check(PlayoutDelay.self, value)
    case .absoluteCaptureTime: check(AbsoluteCaptureTime.self, value)
    case .videoOrientation: check(VideoOrientation.self, value)
    case .videoLayersAllocation: check(VideoLayersAllocation.self, value)
    case .dependencyDescriptor: _ = try? DependencyDescriptor(parsing: value, structure: nil)
    case .transmissionOffset, .videoContentType, .videoTiming, .colorSpace, nil: break
    }
  }
}

/// What is accepted must be written as it was read.
private func check<Value: HeaderExtension>(_ type: Value.Type, _ bytes: RawSpan) {
  guard let value = try? Value(parsing: bytes) else { return }
  do throws(WireError) {
    let written = try [UInt8](capacity: 300) { output throws(WireError) in try value.write(into: &output) }
    precondition(written.count == value.byteCount, "the length is not what was said")
    let again = try Value(parsing: written.span.bytes)
    precondition(again == value, "what was written says something else")
  } catch {
    preconditionFailure("what was read cannot be written: \(error)")
  }
}

private func pass(_ header: RTPHeader, _ bytes: [UInt8]) {
  for allowsTwoByteForm in [true, false] {
    let forwarding = HeaderExtensionForwarding(
      source: source, target: target, passing: HeaderExtensionKinds(rawValue: .max),
      allowsTwoByteForm: allowsTwoByteForm)
    guard let form = try? forwarding.form(of: header, in: bytes.span.bytes) else { continue }
    let written = try? [UInt8](capacity: bytes.count * 2 + 20) { output throws(WireError) in
      let writer = try RTPHeaderWriter(header.fields, form: form, into: &output)
      try writer.append(forwarding, of: header, in: bytes.span.bytes, into: &output)
      try writer.finish(into: &output)
    }
    guard let written else { preconditionFailure("a header that was read cannot be passed on") }
    precondition((try? RTPHeader(parsing: written.span.bytes))?.byteCount == written.count, "the header is not whole")
  }
}
