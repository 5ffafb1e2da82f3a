import Foundation
import RTP
import STUN

/// The bytes of hexadecimal text; white space is left out.
func bytes(_ hex: String) -> [UInt8] {
  let digits = hex.filter { !$0.isWhitespace }.map { UInt8($0.hexDigitValue!) }  // a test's own text
  return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

/// The lines of a file beside the tests.
func vectorLines(_ name: String, file: String = #filePath) throws -> [Substring] {
  let folder = URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent("Vectors")
  return try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8).split(separator: "\n")
}

/// The answers that `body` puts into an outbox.
func sent(_ body: (inout DatagramOutbox) -> Void) -> [(path: FiveTuple, bytes: [UInt8])] {
  var outbox = DatagramOutbox()
  body(&outbox)
  var result: [(path: FiveTuple, bytes: [UInt8])] = []
  outbox.drain { result.append(($0, $1.array)) }
  return result
}

extension STUNMessage {
  init(_ bytes: [UInt8]) throws(WireError) {
    try self.init(parsing: bytes.span.bytes)
  }

  func hasFingerprint(in bytes: [UInt8]) -> Bool {
    hasFingerprint(in: bytes.span.bytes)
  }

  func hasIntegrity(madeWith key: STUNIntegrityKey, in bytes: [UInt8]) -> Bool {
    hasIntegrity(madeWith: key, in: bytes.span.bytes)
  }

  func hasSHA256Integrity(madeWith key: STUNIntegrityKey, in bytes: [UInt8]) -> Bool {
    hasSHA256Integrity(madeWith: key, in: bytes.span.bytes)
  }

  /// All attributes at once.
  func attributes(in bytes: [UInt8]) throws(WireError) -> [STUNAttribute] {
    var reader = attributes
    var result: [STUNAttribute] = []
    while let attribute = try reader.next(in: bytes.span.bytes) { result.append(attribute) }
    return result
  }
}

extension BindingResponder {
  mutating func receive(
    _ datagram: [UInt8], on path: FiveTuple, at now: Instant, into outbox: inout DatagramOutbox
  ) -> Outcome {
    receive(datagram.span.bytes, on: path, at: now, into: &outbox)
  }
}

extension TransportAddress {
  init(_ ip: String, _ port: UInt16) {
    self.init(IPAddress(ip)!, port: port)  // a test's own text
  }
}
