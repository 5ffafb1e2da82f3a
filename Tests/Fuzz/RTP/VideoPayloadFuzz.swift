import RTP

/// Reads arbitrary bytes as payloads of every video codec; the first byte says how they are divided into packets.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzVideoPayload(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  guard let first = bytes.first, bytes.count <= 4096 else { return 0 }
  let payload = Array(bytes.dropFirst())
  readDescriptors(payload)
  let packets = divide(payload, into: Int(first & 0x0f) + 1)
  join(packets, VP8Depacketizer())
  join(packets, VP9Depacketizer())
  join(packets, AV1Depacketizer())
  for framing in [NALUnitFraming.startCode, .lengthPrefix] {
    join(packets, NALUnitDepacketizer<H264>(framing: framing))
    join(packets, NALUnitDepacketizer<H265>(framing: framing))
    packetize(payload, H264.self, framing)
    packetize(payload, H265.self, framing)
  }
  if let packetizer = try? AV1Packetizer(frame: payload.span.bytes, maximumPayloadByteCount: 40) {
    packetize(payload, limit: 40, packetizer)
  }
  return 0
}

private func readDescriptors(_ payload: [UInt8]) {
  var data = payload.span.bytes
  if let descriptor = try? VP8PayloadDescriptor(reading: &data) {
    _ = descriptor.startsKeyframe(data)
    _ = try? VP8KeyframeHeader(parsing: data)
    let written = try? [UInt8](capacity: 8) { output throws(WireError) in try descriptor.write(into: &output) }
    precondition(written?.count == descriptor.byteCount, "the VP8 descriptor has another length")
  }
  data = payload.span.bytes
  if let descriptor = try? VP9PayloadDescriptor(reading: &data) {
    let head = payload.count - data.byteCount
    let written = try? [UInt8](capacity: head + 1) { output throws(WireError) in
      try descriptor.rewrite(payload.span.bytes, into: &output)
    }
    precondition(written != nil, "the VP9 descriptor cannot be written again")
  }
  readSizes(payload)
  _ = H264.startsKeyframe(payload.span.bytes)
  _ = H265.startsKeyframe(payload.span.bytes)
  _ = AV1AggregationHeader.startsKeyframe(payload.span.bytes)
}

private func readSizes(_ payload: [UInt8]) {
  let bytes = payload.span.bytes
  let sizes = [
    (try? H264SequenceParameterSet(parsing: bytes))?.size, (try? H265SequenceParameterSet(parsing: bytes))?.size,
    (try? AV1SequenceHeader(parsing: bytes))?.size, (try? VP9KeyframeHeader(parsing: bytes))?.size,
    H264.pictureSize(bytes), H265.pictureSize(bytes), AV1SequenceHeader.pictureSize(bytes),
  ]
  for size in sizes.compactMap({ $0 }) {
    precondition(1...65536 ~= size.width && 1...65536 ~= size.height, "no picture has this size")
  }
  _ = H264.hasLeadingParameterSet(bytes)
  _ = H265.hasLeadingParameterSet(bytes)
  _ = try? H265.temporalLayer(bytes)
  rewrite(payload)
}

private func rewrite(_ payload: [UInt8]) {
  for format in [PacketRewriting.Payload.vp8, .vp9, .padding] {
    var rewriting = PacketRewriting()
    (rewriting.payload, rewriting.pictureID) = (format, 0x1234)
    let written = try? [UInt8](capacity: payload.count + 2) { output throws(WireError) in
      let kept = try rewriting.writeHead(of: payload.span.bytes, into: &output)
      try output.writeBytes(payload.span.bytes.extracting(droppingFirst: kept))
    }
    precondition((written?.count ?? 0) <= payload.count + 1, "a packet grew by more than a byte")
  }
}

private func divide(_ payload: [UInt8], into count: Int) -> [[UInt8]] {
  let length = max(1, payload.count / count)
  return stride(from: 0, to: payload.count, by: length).map { Array(payload[$0..<min($0 + length, payload.count)]) }
}

private func join(_ packets: [[UInt8]], _ depacketizer: some Depacketizer) {
  var depacketizer = depacketizer
  var frame: [UInt8] = []
  for packet in packets where (try? depacketizer.append(packet.span.bytes, to: &frame)) == nil {
    try? depacketizer.finish()
    frame.removeAll()
  }
  precondition(frame.count <= 8 * (packets.reduce(0) { $0 + $1.count } + 1), "a frame grew out of nothing")
}

private func packetize<Format: NALUnitFormat>(_ frame: [UInt8], _: Format.Type, _ framing: NALUnitFraming) {
  let packetizer = try? NALUnitPacketizer<Format>(
    frame: frame.span.bytes, framing: framing, maximumPayloadByteCount: 20)
  if let packetizer { packetize(frame, limit: 20, packetizer) }
}

private func packetize(_ frame: [UInt8], limit: Int, _ packetizer: some Packetizer) {
  var packetizer = packetizer
  var count = 0
  while !packetizer.isFinished {
    let packet = try? [UInt8](capacity: limit) { output throws(WireError) in
      try packetizer.writeNext(of: frame.span.bytes, into: &output)
    }
    guard packet != nil else { return }
    count += 1
    precondition(count <= frame.count, "more packets than bytes")
  }
}
