import RTP
import WebRTC

/// Takes a stream apart in pieces whose size the first byte says; the pieces must make no difference.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzStreamFraming(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  guard let first = bytes.first else { return 0 }
  let stream = Array(bytes.dropFirst())
  precondition(
    deframe(stream, pieces: stream.count) == deframe(stream, pieces: Int(first) + 1),
    "the pieces make a difference")
  return 0
}

private func deframe(_ stream: [UInt8], pieces size: Int) -> [[UInt8]] {
  var deframer = StreamDeframer(maximumLength: 300)
  var datagrams: [[UInt8]] = []
  for place in stride(from: 0, to: stream.count, by: max(size, 1)) {
    let piece = stream.span.bytes.extracting(place..<min(stream.count, place + max(size, 1)))
    do throws(WireError) { try deframer.receive(piece) { datagrams.append($0.array) } } catch { break }
  }
  return datagrams
}
