package import RTP
package import STUN
import WebRTC

/// What one worker hands to another, beside the bytes that go with it. Trivial, so that a ring holds it as it is.
package struct Hop: Sendable {
  package enum Kind: Sendable {
    /// A datagram of a peer of the other worker; when it reached this machine.
    case datagram(FiveTuple, arrival: Instant)
    /// The path belongs to a peer of this worker: its valid check came last.
    case claim(FiveTuple)
    /// It belongs to none of this worker any longer.
    case release(FiveTuple)
    /// A TCP connection, which the other worker takes over; the bytes are the beginning of a frame.
    case connection(FiveTuple, descriptor: Int32)
    /// A packet of a track that the other worker mirrors, in the clear.
    case media(MirroredPacket)
    /// A number of a stream that it mirrors under which there is nothing but padding, so no bytes go with it.
    case padding(stream: UInt64, sequence: Int64)
  }

  /// What there is to know of a packet beside its bytes, as its home knows it.
  package struct MirroredPacket: Sendable {
    /// What the home calls the stream.
    let stream: UInt64
    /// With a slot of the home's slab, which means nothing elsewhere.
    let entry: PacketCache.Entry
    let clock: StreamClock?
    let place: Int?
  }

  package let kind: Kind
  package let byteCount: Int

  package init(_ kind: Kind, byteCount: Int) {
    (self.kind, self.byteCount) = (kind, byteCount)
  }
}

extension Hop.Kind {
  /// Whether it is for those who watch on the other worker.
  var isMirrored: Bool {
    switch self {
    case .media, .padding: true
    case .datagram, .claim, .release, .connection: false
    }
  }
}
