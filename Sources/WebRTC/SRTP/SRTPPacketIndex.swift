/// The 48-bit index of an RTP packet: rollover counter and sequence number (RFC 3711 §3.3.1).
package enum SRTPPacketIndex {
  /// The last index a key may protect.
  package static let maximum: UInt64 = 1 << 48 - 1

  /// The index that a packet with `sequenceNumber` most likely has when `highest` is the highest authenticated one.
  ///
  /// RFC 3711 §3.3.1 and appendix A: the rollover counter before, of, or after `highest`, whichever brings the packet nearest.
  /// Throws `tooOld` for a packet from before the first turn and `keyExhausted` for one beyond the last.
  package static func estimate(_ sequenceNumber: UInt16, highest: UInt64) throws(SRTPError) -> UInt64 {
    let turn = highest & ~0xffff
    let last = Int(highest & 0xffff)
    let sequence = Int(sequenceNumber)

    if last < 1 << 15, sequence - last > 1 << 15 {
      guard turn > 0 else { throw .tooOld }
      return turn - 1 << 16 + UInt64(sequence)
    }
    if last - 1 << 15 > sequence {
      let index = turn + 1 << 16 + UInt64(sequence)
      guard index <= maximum else { throw .keyExhausted }
      return index
    }
    return turn | UInt64(sequence)
  }
}
