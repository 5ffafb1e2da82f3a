/// A protected packet in memory and where its parts begin, for the transforms.
///
/// The safe faces above (`SRTPSendContext`, `SRTPReceiveContext`) check that the parts lie within before they make one.
package struct SRTPPacketBytes {
  /// The whole packet, including the room of the tag.
  package let bytes: UnsafeMutableRawBufferPointer
  /// How many bytes at the front stay readable.
  package let headerByteCount: Int

  package init(bytes: UnsafeMutableRawBufferPointer, headerByteCount: Int) {
    self.bytes = bytes
    self.headerByteCount = headerByteCount
  }

  var base: UnsafeMutablePointer<UInt8> {
    bytes.baseAddress!.assumingMemoryBound(to: UInt8.self)  // a packet has at least a header
  }

  /// Writes padding of `count` bytes, at least one, and returns it.
  func writePadding(_ count: Int, at offset: Int) -> UnsafeRawBufferPointer {
    let padding = UnsafeMutableRawBufferPointer(rebasing: bytes[offset..<(offset + count)])
    padding.initializeMemory(as: UInt8.self, repeating: 0)
    padding[count - 1] = UInt8(count)
    return UnsafeRawBufferPointer(padding)
  }

  func pointer(at offset: Int) -> UnsafeMutablePointer<UInt8> {
    base + offset
  }

  /// The word at `offset`, in network byte order.
  func word(at offset: Int) -> UInt32 {
    UInt32(bigEndian: UnsafeRawPointer(base + offset).loadUnaligned(as: UInt32.self))
  }

  func setWord(_ value: UInt32, at offset: Int) {
    UnsafeMutableRawPointer(base + offset).storeBytes(of: value.bigEndian, as: UInt32.self)
  }
}

/// The bytes to encrypt: some that lie in the packet already, then some that lie elsewhere and are copied by encrypting them,
/// then padding.
package struct SRTPPlaintext {
  /// How many bytes behind the header are in place.
  package let byteCountInPlace: Int
  /// What comes after them.
  package let appended: UnsafeRawBufferPointer
  /// How many bytes of padding end it, the last of which counts them (RFC 3550 §5.1).
  package let fill: Int

  package init(byteCountInPlace: Int, appended: UnsafeRawBufferPointer, fill: Int = 0) {
    self.byteCountInPlace = byteCountInPlace
    self.appended = appended
    self.fill = fill
  }

  var byteCount: Int { byteCountInPlace + appended.count + fill }

  /// Where all of it lies in one piece: where `appended` does if there is nothing else, else in the packet, where it is copied to.
  func joined(in packet: UnsafeMutablePointer<UInt8>) -> UnsafePointer<UInt8> {
    guard !appended.isEmpty else { return UnsafePointer(packet) }
    guard byteCountInPlace > 0 || fill > 0 else { return appended.bytePointer }
    (packet + byteCountInPlace).update(from: appended.bytePointer, count: appended.count)
    return UnsafePointer(packet)
  }
}

/// The word behind an RTCP packet: the E bit and the index (RFC 3711 §3.4).
enum SRTCPIndexWord {
  static let byteCount = 4
  static let encryptedBit: UInt32 = 1 << 31
  /// How much of an RTCP packet stays readable: the first header and the sender's SSRC.
  static let headerByteCount = 8
}
