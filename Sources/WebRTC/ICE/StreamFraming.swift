package import RTP

/// Puts datagrams into a TCP stream: two bytes of length before each (RFC 4571 §2).
package enum StreamFraming {
  package static let headerLength = 2

  /// Appends the frame of `datagram`.
  package static func write(_ datagram: RawSpan, into output: inout OutputRawSpan) throws(WireError) {
    guard let length = UInt16(exactly: datagram.byteCount) else { throw .valueTooLarge }
    guard output.freeCapacity >= headerLength + datagram.byteCount else { throw .bufferFull }
    try output.writeUInt16(length)
    try output.writeBytes(datagram)
  }
}

/// Takes datagrams out of a TCP stream that comes in pieces of any size (RFC 4571 §2).
///
/// It keeps at most one unfinished frame, so its memory is bounded by the longest datagram it was told to allow.
package struct StreamDeframer: ~Copyable {
  /// The longest datagram that makes sense: an MTU of Ethernet, with room for a DTLS flight of a large certificate.
  package static let defaultMaximumLength = 4096

  private let maximumLength: Int
  /// The beginning of a frame of which more is to come.
  package private(set) var unfinished: [UInt8]

  /// `unfinished` is what another has left of the same stream.
  package init(maximumLength: Int = defaultMaximumLength, unfinished: [UInt8] = []) {
    self.maximumLength = maximumLength
    self.unfinished = unfinished
  }

  /// Takes the next bytes of the stream and hands over every datagram that is complete with them.
  ///
  /// Throws `invalidLength` at a frame that is longer than allowed: the stream cannot be understood any more and must be
  /// closed. An empty frame is no datagram and is left out.
  package mutating func receive(_ piece: RawSpan, _ deliver: (RawSpan) -> Void) throws(WireError) {
    var rest = piece
    while !rest.isEmpty {
      if unfinished.isEmpty, let frame = try wholeFrame(at: rest) {
        if !frame.isEmpty { deliver(rest.extracting(frame)) }
        try rest.skip(frame.upperBound)
      } else {
        try rest.skip(try complete(with: rest))
        guard unfinished.count >= StreamFraming.headerLength, missingCount == 0 else { continue }
        if unfinished.count > StreamFraming.headerLength {
          deliver(unfinished.span.bytes.extracting(droppingFirst: StreamFraming.headerLength))
        }
        unfinished.removeAll(keepingCapacity: true)
      }
    }
  }

  /// Where the datagram of a frame stands that lies in one piece at the front of `bytes`.
  private func wholeFrame(at bytes: RawSpan) throws(WireError) -> Range<Int>? {
    guard let length = try? bytes.loadUInt16(at: 0) else { return nil }
    guard length <= maximumLength else { throw .invalidLength }
    let frame = StreamFraming.headerLength..<(StreamFraming.headerLength + Int(length))
    return frame.upperBound <= bytes.byteCount ? frame : nil
  }

  /// How many bytes the unfinished frame lacks, as far as is known.
  private var missingCount: Int {
    guard unfinished.count >= StreamFraming.headerLength else { return StreamFraming.headerLength - unfinished.count }
    let length = Int(unfinished[0]) << 8 | Int(unfinished[1])
    return StreamFraming.headerLength + length - unfinished.count
  }

  /// Adds to the unfinished frame what it lacks; returns how many bytes were taken.
  private mutating func complete(with bytes: RawSpan) throws(WireError) -> Int {
    let count = min(missingCount, bytes.byteCount)
    bytes.extracting(first: count).withUnsafeBytes { unfinished.append(contentsOf: $0) }
    guard unfinished.count < StreamFraming.headerLength || missingCount <= maximumLength else { throw .invalidLength }
    return count
  }
}
