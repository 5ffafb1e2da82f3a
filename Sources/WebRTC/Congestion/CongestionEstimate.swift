package import RTP

/// What a network is believed to carry, and why.
package struct CongestionEstimate: Equatable, Sendable {
  /// What the target rate rests on: what changed it last, or holds it.
  package enum Cause: Equatable, Sendable {
    /// Nothing was heard of the network yet.
    case start
    /// The delays of packets: growing queues lower it, steady ones let it rise.
    case delay
    /// Packets are lost in a way that less sending would avoid.
    case loss
    /// A probe arrived at this rate.
    case probe
    /// The receiver's own estimate.
    case receiverEstimate
    /// Nothing more is wanted, so nothing more was tried.
    case applicationLimited
    /// We send and hear nothing back.
    case silence
  }

  /// The rate to send at, all packets together, in bits per second of UDP payload.
  package var bitsPerSecond: Int
  /// What retransmissions take of it; the rest is for media.
  package var repairBitsPerSecond: Int
  package var cause: Cause
  /// The rate at which packets arrive; nil before enough did.
  package var acknowledgedBitsPerSecond: Int?
  package var usage: LinkUsage
  /// Whether clearly less is sent than the target allows.
  package var isApplicationLimited: Bool
  /// The share of bytes lost lately, 0 to 1.
  package var loss: Double
  /// When the network had the rate be lowered last; nil if it never did.
  package var loweredAt: Instant?
}
