import RTP

/// A few packets sent at a higher rate than usual, to see at which rate they arrive.
package struct ProbeCluster: Equatable, Sendable {
  /// Tells the packets of a cluster from others; wraps.
  package struct ID: RawRepresentable, Equatable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// A packet of no cluster.
    package static let none = ID(rawValue: 0)

    var next: ID { ID(rawValue: rawValue == .max ? 1 : rawValue + 1) }
  }

  /// How long a cluster lasts: longer ones fill a queue, shorter ones drown in jitter or fall between the frames of others. The
  /// first ones, on an unknown network, are short; what failed is tried longer.
  package static let shortestSpan = Duration.milliseconds(15)
  package static let usualSpan = Duration.milliseconds(35)
  package static let longestSpan = Duration.milliseconds(60)
  static let leastPacketCount = 5
  /// What is surely not fragmented.
  static let largestPacketByteCount = 1200
  /// Header, number and padding: less cannot be sent.
  private static let smallestPacketByteCount = 100

  package let id: ID
  /// The rate to send at, together with the media that goes out meanwhile.
  package let bitsPerSecond: Double
  package let span: Duration
  /// What is sent at least.
  package let byteCount: Int
  package let packetCount: Int

  package init(id: ID, bitsPerSecond: Double, span: Duration = ProbeCluster.shortestSpan) {
    self.id = id
    self.span = span
    self.bitsPerSecond = bitsPerSecond
    let wanted = Int(bitsPerSecond * Double(span.nanoseconds) / 8e9)
    byteCount = max(wanted, Self.leastPacketCount * Self.smallestPacketByteCount)
    packetCount = max(
      Self.leastPacketCount, (byteCount + Self.largestPacketByteCount - 1) / Self.largestPacketByteCount)
  }

  /// The length of one of its packets.
  package var packetByteCount: Int { (byteCount + packetCount - 1) / packetCount }
}

/// A packet that a probe needs sent now: padding, or better a retransmission of about this length.
package struct ProbePacket: Equatable, Sendable {
  package let cluster: ProbeCluster.ID
  package let byteCount: Int

  package init(cluster: ProbeCluster.ID, byteCount: Int) {
    (self.cluster, self.byteCount) = (cluster, byteCount)
  }
}
