import WebRTC

/// Reads arbitrary text as a candidate; what is accepted must survive writing and reading.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzICECandidate(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  guard let candidate = try? ICECandidate(parsing: text) else { return 0 }
  let again = try? ICECandidate(parsing: candidate.attributeValue)
  precondition(again == candidate, "what was written reads differently")
  return 0
}
