/// Puts the payloads of a frame's packets together again.
///
/// Packets are given in order and without gaps; what to do about lost ones is the caller's choice. A frame ends with the packet
/// that has the marker bit, or before the first packet with another timestamp.
package protocol Depacketizer: Sendable {
  /// Adds what one packet holds of the frame. After an error the frame is of no use, and `finish` begins the next one.
  mutating func append(_ payload: RawSpan, to frame: inout [UInt8]) throws(WireError)

  /// Ends the frame and is ready for the next; throws `missingContext` if a part of it has begun and not ended.
  mutating func finish() throws(WireError)
}

/// Divides one frame into payloads that fit a packet.
///
/// The frame's bytes are given with every call, so the packetizer is a cursor; a sender writes a header, calls `writeNext`, and
/// sets the marker if that was the last.
package protocol Packetizer: Sendable {
  /// Whether the whole frame has been written.
  var isFinished: Bool { get }

  /// Appends the next payload of `frame`, which must be the one that the packetizer was made for.
  mutating func writeNext(of frame: RawSpan, into output: inout OutputRawSpan) throws(WireError)
}

/// Divides bytes into parts of nearly equal length, which the kernel sends in one run more easily than full ones and a rest.
struct EvenParts: Sendable {
  private(set) var position: Int
  let end: Int
  private var remainingCount: Int

  /// Parts of `range` with at most `limit` bytes each; an empty range is one empty part.
  init(_ range: Range<Int>, limit: Int) {
    precondition(limit > 0, "a part has at least one byte")
    position = range.lowerBound
    end = range.upperBound
    remainingCount = max(1, (range.count + limit - 1) / limit)
  }

  var isFinished: Bool { remainingCount == 0 }
  var isLast: Bool { remainingCount == 1 }

  mutating func next() -> Range<Int> {
    precondition(!isFinished, "all parts have been taken")
    let count = (end - position + remainingCount - 1) / remainingCount
    defer {
      position += count
      remainingCount -= 1
    }
    return position..<(position + count)
  }
}

extension Array where Element == UInt8 {
  /// More than any frame has; whoever sends parts without end is stopped here.
  private static var maximumFrameByteCount: Int { 16 << 20 }

  /// Appends a copy of `bytes` to a frame; throws `bufferFull` if it would become larger than frames are.
  mutating func append(_ bytes: RawSpan) throws(WireError) {
    guard bytes.byteCount <= Self.maximumFrameByteCount - count else { throw .bufferFull }
    bytes.withUnsafeBytes { append(contentsOf: $0) }
  }
}
