import RTP

/// Reads arbitrary bytes as redundant audio, and every payload in it as an Opus packet.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzAudioPayload(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  _ = try? OpusPacket(parsing: bytes.span.bytes)
  guard var cursor = try? REDCursor(bytes.span.bytes) else { return 0 }
  var end = 0
  while let block = try? cursor.next(in: bytes.span.bytes) {
    precondition(block.range.lowerBound >= end && block.range.upperBound <= count, "a payload lies elsewhere")
    end = block.range.upperBound
    if let packet = try? OpusPacket(parsing: bytes.span.bytes.extracting(block.range)) {
      precondition(120...5760 ~= packet.duration, "a packet that is too long was accepted")
    }
  }
  precondition(end == count, "redundant audio that was accepted cannot be walked over")
  return 0
}
