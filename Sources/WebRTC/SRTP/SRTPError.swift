/// Why a packet was not unprotected, or could not be protected: a reason to count and drop it, never to stop.
///
/// Without payload, so that throwing it allocates nothing.
package enum SRTPError: Error, Equatable, Sendable, CaseIterable {
  /// The packet is shorter than its header and the tag together.
  case truncated
  /// A packet of this index was accepted before, or (when sealing) its number was used before.
  case replayed
  /// The packet is so late that the replay window no longer knows whether it was seen.
  case tooOld
  /// The tag is not the one that the key gives; the payload is destroyed.
  case authenticationFailed
  /// An RTCP packet without the E bit: it was not encrypted, which WebRTC forbids (RFC 8827 §6.5).
  case unencrypted
  /// More streams under one key than we keep state for.
  case tooManyStreams
  /// The key has protected as many packets as it may (RFC 3711 §9.2).
  case keyExhausted
  /// The caller's slot has no room for the payload and the tag.
  case bufferFull
}
