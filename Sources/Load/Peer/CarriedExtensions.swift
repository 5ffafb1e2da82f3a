internal import RTP

/// The header extensions that a publisher writes beside those of its transport, in the form in which they are passed on.
struct CarriedExtensions {
  let bytes: [UInt8]
  let header: RTPHeader
  let forwarding: HeaderExtensionForwarding

  /// None at all.
  init() {
    self.init(nil, [], id: 0)
  }

  /// The name of a layer, as that of a stream or of the one that it repairs.
  init(_ kind: HeaderExtensionKind, rid: String, in map: HeaderExtensionMap) {
    self.init(kind, Array(rid.utf8), id: map.id(of: kind) ?? 0)
  }

  /// How loud a packet of sound is.
  init(_ level: AudioLevel, in map: HeaderExtensionMap) {
    let byte = (level.hasVoice ? 0x80 : 0) | level.decibelsBelowOverload
    self.init(.audioLevel, [byte], id: map.id(of: .audioLevel) ?? 0)
  }

  /// A header with one extension of the one-byte form (RFC 8285 §4.2) that goes out under `id`; without an id nothing is carried.
  private init(_ kind: HeaderExtensionKind?, _ value: [UInt8], id: UInt8) {
    var (source, target) = (HeaderExtensionMap(), HeaderExtensionMap())
    var passed = HeaderExtensionKinds()
    var bytes = [0x80] + [UInt8](repeating: 0, count: 11)
    if let kind, id > 0, (1...16).contains(value.count) {
      let element = [0x10 | UInt8(value.count - 1)] + value
      let padding = [UInt8](repeating: 0, count: (4 - element.count % 4) % 4)
      bytes[0] = 0x90
      bytes += [0xBE, 0xDE, 0, UInt8((element.count + padding.count) / 4)] + element + padding
      try? source.assign(1, to: kind)
      try? target.assign(id, to: kind)
      passed = HeaderExtensionKinds(kind)
    }
    guard let header = try? RTPHeader(parsing: bytes.span.bytes) else {
      preconditionFailure("a header with at most one extension is one")
    }
    (self.bytes, self.header) = (bytes, header)
    forwarding = HeaderExtensionForwarding(source: source, target: target, passing: passed, allowsTwoByteForm: false)
  }
}
