import RTP
import WebRTC

/// AES-128-GCM alone, by one key that takes only a new nonce for each packet: what no way of encrypting with this library undercuts.
struct FloorCipher: ~Copyable {
  private static let headerByteCount = 20

  private let transform: AESGCMTransform
  private let source: [UInt8]
  private let target: UnsafeMutableRawBufferPointer
  private var index: UInt64 = 0

  init(byteCount: Int, library: AESGCM.Library) {
    transform = AESGCMTransform(
      key: (0..<16).map { UInt8($0) }, salt: [UInt8](repeating: 0, count: 12), direction: .seal, library: library)
    source = [UInt8](repeating: 7, count: byteCount)
    target = .allocate(byteCount: Self.headerByteCount + byteCount + AESGCM.tagByteCount, alignment: 64)
    target.initializeMemory(as: UInt8.self, repeating: 0)
  }

  deinit { target.deallocate() }

  /// Seals a packet under a nonce of its own, with its header authenticated.
  mutating func seal() {
    index += 1
    source.withUnsafeBytes {
      transform.sealRTP(
        SRTPPacketBytes(bytes: target, headerByteCount: Self.headerByteCount),
        SRTPPlaintext(byteCountInPlace: 0, appended: $0), ssrc: SSRC(rawValue: 1), index: index)
    }
  }
}
