/// What the payload types of one transport mean, found without searching.
///
/// In a bundle a payload type means the same in every media description (RFC 9143 §10.1), so one table serves all of them.
package struct PayloadTypeTable: Sendable {
  /// The meaning of one payload type.
  package struct Meaning: Equatable, Sendable {
    package let codec: MediaCodec.Family
    package let clockRate: UInt32
    /// The payload type of the packets that this one repeats (RFC 4588), or nil if it is no retransmission.
    package let repeats: UInt8?
    /// Which media descriptions have it, a bit for each of the first 64.
    fileprivate(set) package var media: UInt64

    /// The media description that a packet of this type belongs to, if there is only one.
    package var onlyMedia: Int? {
      media.nonzeroBitCount == 1 ? media.trailingZeroBitCount : nil
    }
  }

  /// Stands for a payload type without a meaning.
  private static let absent = UInt8.max

  private var meanings: [Meaning] = []
  /// Where among them that of a payload type is: of the 128 that there are a peer uses a few.
  private var places = InlineArray<128, UInt8>(repeating: PayloadTypeTable.absent)

  package init(_ media: [NegotiatedMedia]) {
    for description in media where description.index < 64 {
      for codec in description.codecs {
        add(codec.payloadType, codec, repeats: nil, to: description.index)
        if let retransmission = codec.retransmission {
          add(retransmission, codec, repeats: codec.payloadType, to: description.index)
        }
      }
    }
  }

  package subscript(payloadType: UInt8) -> Meaning? {
    let place = places[Int(payloadType & 0x7F)]
    return place == Self.absent ? nil : meanings[Int(place)]
  }

  private mutating func add(_ payloadType: UInt8, _ codec: NegotiatedCodec, repeats: UInt8?, to media: Int) {
    let index = Int(payloadType & 0x7F)
    let meaning = Meaning(
      codec: codec.codec.family, clockRate: codec.clockRate, repeats: repeats,
      media: (self[payloadType]?.media ?? 0) | 1 << UInt64(media))
    guard places[index] == Self.absent else {
      meanings[Int(places[index])] = meaning
      return
    }
    places[index] = UInt8(meanings.count)  // fewer than 128
    meanings.append(meaning)
  }
}
