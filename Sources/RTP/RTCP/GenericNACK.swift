/// Asks for lost packets to be sent again (generic NACK, RFC 4585 §6.2.1).
///
/// ```
/// | SSRC of sender : 32 | SSRC of media : 32 |
/// | packet id (PID) : 16 | bitmask of the 16 packets after it (BLP) : 16 |   repeated
/// ```
package struct GenericNACK: Equatable, Sendable {
  package static let format: UInt8 = 1
  /// How many packets one entry can name.
  package static let packetsPerEntry = 17

  /// One lost packet and those lost among the 16 after it.
  package struct Entry: Equatable, Sendable {
    package var packetID: SequenceNumber
    /// Bit i stands for the packet `packetID` + i + 1.
    package var followingLost: UInt16

    package init(packetID: SequenceNumber, followingLost: UInt16 = 0) {
      self.packetID = packetID
      self.followingLost = followingLost
    }

    /// Calls `body` with each number that the entry names.
    package func forEach(_ body: (SequenceNumber) -> Void) {
      body(packetID)
      var rest = followingLost
      while rest != 0 {
        body(packetID.advanced(by: rest.trailingZeroBitCount + 1))
        rest &= rest - 1
      }
    }

    /// Adds `number` if it is among the 16 after the first; numbers must come in ascending order.
    fileprivate mutating func take(_ number: SequenceNumber) -> Bool {
      let distance = packetID.distance(to: number)
      guard 1...16 ~= distance else { return distance == 0 }
      followingLost |= 1 << UInt16(distance - 1)
      return true
    }
  }

  package var sender: SSRC
  package var media: SSRC
  package var entries: [Entry]

  package init(sender: SSRC, media: SSRC, entries: [Entry] = []) {
    self.sender = sender
    self.media = media
    self.entries = entries
  }

  /// Asks for `lost`, which must be in ascending order.
  package init(sender: SSRC, media: SSRC, lost: some Sequence<SequenceNumber>) {
    self.init(sender: sender, media: media)
    for number in lost { append(number) }
  }

  /// Asks for one more packet, later in the stream than those asked for before.
  package mutating func append(_ number: SequenceNumber) {
    guard let last = entries.indices.last, entries[last].take(number) else {
      return entries.append(Entry(packetID: number))
    }
  }

  /// Calls `body` with every number asked for.
  package func forEachLost(_ body: (SequenceNumber) -> Void) {
    for entry in entries { entry.forEach(body) }
  }

  /// Throws `invalidLength` for a request that asks for nothing.
  package init(parsing body: RawSpan) throws(WireError) {
    var body = body
    sender = SSRC(rawValue: try body.readUInt32())
    media = SSRC(rawValue: try body.readUInt32())
    guard body.byteCount > 0, body.byteCount % 4 == 0 else { throw .invalidLength }
    entries = []
    entries.reserveCapacity(body.byteCount / 4)
    while body.byteCount > 0 {
      let packetID = SequenceNumber(rawValue: try body.readUInt16())
      entries.append(Entry(packetID: packetID, followingLost: try body.readUInt16()))
    }
  }

  package func write(into output: inout OutputRawSpan) throws(WireError) {
    let bodyByteCount = 8 + entries.count * 4
    try RTCPHeader.write(
      .transportLayerFeedback, count: Int(Self.format), bodyByteCount: bodyByteCount, into: &output)
    try output.writeUInt32(sender.rawValue)
    try output.writeUInt32(media.rawValue)
    for entry in entries {
      try output.writeUInt16(entry.packetID.rawValue)
      try output.writeUInt16(entry.followingLost)
    }
  }
}
