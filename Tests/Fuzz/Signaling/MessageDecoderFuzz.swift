import NIOCore
import Signaling

/// Reads arbitrary bytes as a client's message; what is relayed of a signal must be read again as the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMessageDecoder(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let decoder = MessageDecoder(limits: SignalingLimits())
  guard let request = try? decoder.decode(ByteBuffer(bytes: bytes)) else { return 0 }
  precondition(0...(1 << 53 - 1) ~= request.id, "an id out of bounds was accepted")
  guard case .signal(let signal) = request.message else { return 0 }
  let relayed = Array(#"{"id":1,"type":"signal","to":"p","connection":"c","#.utf8) + signal.payload + [0x7D]
  guard case .signal(let again)? = try? decoder.decode(ByteBuffer(bytes: relayed)).message else {
    preconditionFailure("what would be relayed is no signal")
  }
  precondition(again.payload == signal.payload, "relaying changes a signal")
  return 0
}
