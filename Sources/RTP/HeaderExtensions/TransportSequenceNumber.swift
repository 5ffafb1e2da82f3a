/// Counts the packets of a whole transport, over all its streams, so that their arrival can be reported
/// (draft-holmer-rmcat-transport-wide-cc-extensions-01 §2; version 2 adds the request).
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |   transport sequence number   |T|  packets to report on       |   the second half in version 2 only
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
@usableFromInline package struct TransportSequenceNumber: HeaderExtension {
  /// Asks the receiver to send feedback at once instead of on its own schedule.
  @usableFromInline package struct FeedbackRequest: Equatable, Sendable {
    /// Whether the feedback should include the time of each packet, or only which have come.
    @usableFromInline package var includesTimestamps: Bool
    /// How many packets up to and including this one to report on, 1 to 32767.
    @usableFromInline package var packetCount: UInt16

    @inlinable package init(includesTimestamps: Bool, packetCount: UInt16) {
      self.includesTimestamps = includesTimestamps
      self.packetCount = packetCount & 0x7fff
    }
  }

  @usableFromInline package var number: SequenceNumber
  /// Present only in version 2, and there only in packets that ask.
  @usableFromInline package var feedbackRequest: FeedbackRequest?

  @inlinable package init(_ number: SequenceNumber, feedbackRequest: FeedbackRequest? = nil) {
    self.number = number
    self.feedbackRequest = feedbackRequest
  }

  @inlinable package init(parsing value: RawSpan) throws(WireError) {
    var value = value
    guard value.byteCount == 2 || value.byteCount == 4 else { throw .invalidLength }
    number = SequenceNumber(rawValue: try value.readUInt16())
    guard value.byteCount == 2 else { return }
    let request = try value.readUInt16()
    guard request & 0x7fff != 0 else { return }  // a request for no packets is none
    feedbackRequest = FeedbackRequest(includesTimestamps: request & 0x8000 != 0, packetCount: request & 0x7fff)
  }

  @inlinable package var byteCount: Int { feedbackRequest == nil ? 2 : 4 }

  @inlinable package func write(into output: inout OutputRawSpan) throws(WireError) {
    try output.writeUInt16(number.rawValue)
    guard let feedbackRequest else { return }
    try output.writeUInt16((feedbackRequest.includesTimestamps ? 0x8000 : 0) | feedbackRequest.packetCount)
  }
}
