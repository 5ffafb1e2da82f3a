import RTP

/// A session salt, ready to be combined with SSRC and index into the initialization vector of a packet.
struct SRTPSalt {
  /// Sixteen bytes in network order, of which a cipher takes as many as it needs.
  struct Block {
    private let high: UInt64
    private let low: UInt64

    fileprivate init(high: UInt64, low: UInt64) {
      self.high = high.bigEndian
      self.low = low.bigEndian
    }

    func withBytes<Result>(_ body: (UnsafePointer<UInt8>) -> Result) -> Result {
      withUnsafeBytes(of: self) { body($0.bytePointer) }
    }
  }

  private let high: UInt64
  private let low: UInt64

  /// A salt of 12 or 14 bytes; zeros follow it.
  init(_ salt: [UInt8]) {
    let padded = salt + [UInt8](repeating: 0, count: 16 - salt.count)
    high = padded[..<8].reduce(0) { $0 << 8 | UInt64($1) }
    low = padded[8...].reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Two zero bytes, SSRC, 48-bit index, combined with the salt: twelve bytes (RFC 7714 §8.1; §9.1 for RTCP with its 31 bits).
  func nonce(ssrc: SSRC, index: UInt64) -> Block {
    Block(high: high ^ (UInt64(ssrc.rawValue) << 16 | index >> 32), low: low ^ index << 32)
  }

  /// Salt, SSRC and index, each shifted to its place, and two bytes that count blocks (RFC 3711 §4.1.1).
  func counterBlock(ssrc: SSRC, index: UInt64) -> Block {
    Block(high: high ^ UInt64(ssrc.rawValue), low: low ^ index << 16)
  }
}
