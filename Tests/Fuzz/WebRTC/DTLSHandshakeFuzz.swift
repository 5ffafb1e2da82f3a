import RTP
import WebRTC

private let context = DTLSContext(certificate: DTLSCertificate(unixTime: 1_800_000_000))

/// Takes the input as datagrams, each with its length before it, and feeds them to a handshake of the role that the first byte says.
///
/// Nobody proves a fingerprint by chance, so the handshake must not succeed, and all datagrams that leave must be records.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzDTLSHandshake(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  guard let first = bytes.first else { return 0 }
  var transport = DTLSTransport(context: context)
  let role: DTLSRole = first & 1 == 0 ? .server : .client
  _ = transport.start(as: role, expecting: [context.certificate.fingerprint], at: .zero)

  let datagrams = Array(bytes.dropFirst())
  var rest = datagrams.span.bytes
  var now = Instant.zero
  while let length = try? rest.readUInt16() {
    let datagram = rest.extracting(..<min(Int(length), rest.byteCount))
    rest = rest.extracting(datagram.byteCount...)
    _ = transport.receive(datagram, at: now, send: check)
    while transport.hasWork { _ = transport.work(at: now, send: check) }
    now += .milliseconds(40)
    _ = transport.advance(to: now, send: check)
  }
  precondition(transport.state != .connected, "a handshake succeeded without the peer's key")
  precondition(context.halfOpenCount <= 1, "a handshake was not given back")
  return 0
}

private func check(_ datagram: RawSpan) {
  precondition(datagram.byteCount <= 1200, "a datagram is larger than the path allows")
  precondition((try? DTLSRecord.records(of: datagram)) != nil, "a datagram holds something other than records")
}
