import HTTPTypes
import Signaling

/// Reads arbitrary bytes as everything that a door of WHIP or WHEP reads itself; what it names must be found again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzDoor(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let text = String(decoding: bytes, as: UTF8.self)
  if let path = try? DoorPath(text) {
    precondition(DoorPath.isDoor(text), "a place that is no door's was read")
    precondition(!path.reference(to: StreamSessionID(rawValue: "s")).hasPrefix("/"), "a reference is not relative")
  }
  _ = PercentEncoding.fields(ofQuery: text)
  _ = StreamCredentials(authorization: [text])
  _ = EntityCondition(text).allows(EntityTag("one"))
  if let choice = try? LayerChoice(parsing: bytes) { precondition(choice.mediaID.utf8.count <= 256, "a mid too long") }
  if let kinds = try? StreamEvent.kinds(parsing: bytes) { precondition(!kinds.isEmpty, "nothing was asked for") }
  return 0
}
