package import RTP

/// A packet that a peer sent, opened in place: what it is and where its parts lie. Trivial, so that passing it costs nothing.
package struct ReceivedPacket: Sendable {
  /// The incoming stream, an index of the transport that gave it.
  package let stream: Int
  /// Whether it is the first packet of its stream, or the first since the stream was said to end.
  package let isFirst: Bool
  /// The sequence number without wraps, in the numbering of the stream; retransmissions have that of the original.
  package let sequence: Int64
  package let timestamp: Int64
  /// The header as it came, for its extensions; a retransmission's own numbers are in it, not the original's.
  package let header: RTPHeader
  /// The payload type of the media, also for a retransmission.
  package let payloadType: UInt8
  package let codec: MediaCodec.Family
  /// Where the media lies in the packet; never empty.
  package let payload: Range<Int>
  /// Where the value of the dependency descriptor lies in the packet; empty if it has none.
  package let descriptor: Range<Int>
  package let startsKeyframe: Bool
  package let isRepair: Bool
  /// How loud it is, if the peer says so.
  package let audioLevel: AudioLevel?

  package var marker: Bool { header.marker }
}

/// What became of a media packet.
package enum OpenedPacket: Sendable {
  case packet(ReceivedPacket)
  /// Padding of a retransmission stream: it probes the path or keeps it open, and counts as received.
  case probe
  /// Padding under a number of a stream's own, which is missing there for whoever does not get it.
  case padding(stream: Int, sequence: Int64)
  /// Silence of a microphone that nobody hears, which was not opened.
  case silence
  case dropped(MediaDropReason)
}

/// Why a packet of a peer goes no further. Counted, never answered.
package enum MediaDropReason: UInt8, Error, Sendable, CaseIterable {
  /// Not RTP or RTCP by its form.
  case malformed
  /// Not protected with the agreed keys, or changed on its way.
  case unauthenticated
  /// Seen before.
  case replayed
  /// A payload type that was not negotiated.
  case unknownPayloadType
  /// A stream that belongs to no media description.
  case unknownStream
  /// More streams than a peer may send.
  case tooManyStreams
  /// Media before there are keys, or on a path that is not the peer's.
  case unexpected

  init(_ error: SRTPError) {
    switch error {
    case .replayed: self = .replayed
    case .tooManyStreams: self = .tooManyStreams
    case .truncated, .unencrypted: self = .malformed
    default: self = .unauthenticated
    }
  }
}

/// The numbers that a packet is sent with.
package struct OutgoingPacket: Sendable {
  package var payloadType: UInt8
  package var sequence: SequenceNumber
  package var timestamp: UInt32
  package var marker: Bool
  /// The unwrapped sequence number in the publisher's cache, by which a repair finds the packet.
  package var source: Int64
  /// The stream in whose numbering `source` is, as the owner calls it.
  package var origin: UInt64
  /// What is changed inside.
  package var rewriting: PacketRewriting
  /// So many bytes of padding follow the payload (RFC 3550 §5.1), which receivers take off again.
  package var fill: UInt8 = 0

  package init(
    payloadType: UInt8, sequence: SequenceNumber, timestamp: UInt32, marker: Bool, source: Int64, origin: UInt64 = 0,
    rewriting: PacketRewriting = PacketRewriting()
  ) {
    self.payloadType = payloadType
    self.sequence = sequence
    self.timestamp = timestamp
    self.marker = marker
    self.source = source
    self.origin = origin
    self.rewriting = rewriting
  }
}

/// What a peer's feedback asks of its owner.
package enum FeedbackEvent: Equatable, Sendable {
  /// The receiver of this outgoing stream needs a keyframe.
  case keyframeWanted(outgoing: Int)
  /// The receiver of this outgoing stream lacks a packet.
  case repairWanted(outgoing: Int, sequence: SequenceNumber)
  /// The peer has ended this incoming stream.
  case ended(incoming: Int)
}
