/// The clear part of an RTP packet that a browser sent.
struct CapturedHeader {
  /// The length of the encrypted packet.
  let packetByteCount: Int
  /// Header and header extensions.
  let bytes: [UInt8]

  /// Reads a listing in which a line `packet length=…` precedes the bytes of each packet.
  static func list(_ text: String) -> [CapturedHeader] {
    text.split(separator: "packet length=").map { entry in
      let lines = entry.split(separator: "\n", maxSplits: 1)
      guard lines.count == 2, let byteCount = Int(lines[0]) else { preconditionFailure("not a packet: \(entry)") }
      return CapturedHeader(packetByteCount: byteCount, bytes: [UInt8](hex: String(lines[1])))
    }
  }
}
