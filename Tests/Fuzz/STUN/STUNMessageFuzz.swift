import RTP
import STUN

/// Reads arbitrary bytes as a STUN message and every attribute of it, checks its protection, and asks the Binding service.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSTUNMessage(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  var generator = SystemRandomNumberGenerator()
  var responder = BindingResponder(using: &generator)
  var outbox = DatagramOutbox()
  let address = TransportAddress(IPAddress(ipv4: 0xC000_0201), port: 5000)
  let path = FiveTuple(.udp, local: address, remote: address)
  _ = responder.receive(bytes.span.bytes, on: path, at: .zero, into: &outbox)
  outbox.drain { precondition($1.byteCount <= 4 * count, "an answer is larger than it may be") }
  guard let message = try? STUNMessage(parsing: bytes.span.bytes) else { return 0 }
  let key = STUNIntegrityKey(password: "VOkJxbRl1RmTxUk/WvJxBt".utf8)
  _ = message.hasFingerprint(in: bytes.span.bytes)
  _ = message.hasIntegrity(madeWith: key, in: bytes.span.bytes)
  _ = message.hasSHA256Integrity(madeWith: key, in: bytes.span.bytes)
  var reader = message.attributes
  while let attribute = try? reader.next(in: bytes.span.bytes) { _ = attribute }
  return 0
}
