import WebRTC

/// Reads arbitrary text as a session description; what is accepted must survive writing and reading.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSessionDescription(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  guard let description = try? SessionDescription(parsing: text) else { return 0 }
  let again = try? SessionDescription(parsing: description.text)
  precondition(again == description, "what was written reads differently")
  return 0
}
