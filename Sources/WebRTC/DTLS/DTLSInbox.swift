import RTP

/// Datagrams that wait for their turn of handshake work, few and bounded; what does not fit is lost, as on the network.
struct DTLSInbox {
  /// Two retransmitted flights of four datagrams.
  static let maximumCount = 8
  /// Several hellos with a post-quantum key share, each over two or three datagrams.
  static let maximumByteCount = 12 * 1024

  private var datagrams: [[UInt8]] = []
  private var byteCount = 0

  var isEmpty: Bool { datagrams.isEmpty }

  /// Keeps a copy; false when there is no room.
  mutating func append(_ datagram: RawSpan) -> Bool {
    guard datagrams.count < Self.maximumCount, byteCount + datagram.byteCount <= Self.maximumByteCount else {
      return false
    }
    datagrams.append(datagram.array)
    byteCount += datagram.byteCount
    return true
  }

  /// The datagram that waits longest.
  mutating func takeFirst() -> [UInt8]? {
    guard !datagrams.isEmpty else { return nil }
    let first = datagrams.removeFirst()
    byteCount -= first.count
    return first
  }

  mutating func removeAll() {
    datagrams = []
    byteCount = 0
  }
}
