package import RTP

/// Puts the pictures of one stream together by the stamps of their packets, and tells when each is whole.
package struct FrameWatch: Sendable {
  /// What a packet completed: how long after its last packet was sent the picture was whole, in nanoseconds.
  package struct Completion: Equatable, Sendable {
    package let latency: Int64
    package let lastSentAt: Instant
  }

  private struct Frame {
    var number: UInt32
    var layer: UInt8
    var count: UInt16
    var seen: UInt128 = 0
    var lastSentAt: Instant
  }

  /// Two seconds of pictures: what has not come by then never will.
  private static let capacity = 64

  private var frames = [Frame?](repeating: nil, count: capacity)
  /// Pictures of which some packets came and others never did.
  package private(set) var brokenCount = 0

  package init() {}

  /// Takes the stamp of a packet; returns what it completed.
  package mutating func receive(_ stamp: MediaStamp, at arrival: Instant) -> Completion? {
    guard stamp.count <= UInt128.bitWidth else { return nil }
    let place = Int(stamp.frame % UInt32(Self.capacity))
    guard var frame = makeRoom(for: stamp, at: place) else { return nil }
    let bit = UInt128(1) << UInt128(stamp.index)
    guard frame.seen & bit == 0 else { return nil }
    frame.seen |= bit
    frame.lastSentAt = max(frame.lastSentAt, stamp.sentAt)
    frames[place] = frame
    guard frame.seen.nonzeroBitCount == Int(frame.count) else { return nil }
    return Completion(latency: arrival.nanoseconds(since: frame.lastSentAt), lastSentAt: frame.lastSentAt)
  }

  /// The picture that a stamp belongs to, in place of an older one; nil if the place is a younger one's by now.
  private mutating func makeRoom(for stamp: MediaStamp, at place: Int) -> Frame? {
    let new = Frame(number: stamp.frame, layer: stamp.layer, count: stamp.count, lastSentAt: stamp.sentAt)
    guard let present = frames[place] else { return new }
    guard present.number != stamp.frame || present.layer != stamp.layer else { return present }
    guard Int32(bitPattern: stamp.frame &- present.number) >= 0 else { return nil }
    if present.seen.nonzeroBitCount < Int(present.count) { brokenCount += 1 }
    return new
  }
}
