package import RTP
package import STUN

/// What one worker hands to another, beside the bytes that go with it. Trivial, so that a ring holds it as it is.
package struct Hop: Sendable {
  package enum Kind: Equatable, Sendable {
    /// A datagram of a peer of the other worker; when it reached this machine.
    case datagram(arrival: Instant)
    /// The path belongs to a peer of this worker: its valid check came last.
    case claim
    /// A TCP connection, which the other worker takes over; the bytes are the beginning of a frame.
    case connection(descriptor: Int32)
  }

  package let kind: Kind
  package let path: FiveTuple
  package let byteCount: Int

  package init(_ kind: Kind, on path: FiveTuple, byteCount: Int) {
    (self.kind, self.path, self.byteCount) = (kind, path, byteCount)
  }
}
