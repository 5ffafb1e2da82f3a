internal import Glibc
internal import RTP
package import STUN
internal import WebRTC

/// One TCP connection that carries a peer's datagrams, each with its length before it (RFC 4571, RFC 6544).
///
/// TCP never loses, it only delays, and late media is worthless: what does not fit a bounded queue is dropped as a whole
/// datagram, like a router would. Half a frame is never dropped, or the stream could not be understood any more.
package struct StreamConnection: ~Copyable {
  /// What a step came to.
  package enum Outcome: Equatable, Sendable {
    case open
    /// The peer closed it, the network did, or it spoke something else: to be closed.
    case ended
  }

  /// About a second of a good video: beyond it a repair is faster than the queue.
  private static let queueByteLimit = 256 << 10
  private static let readByteCount = 64 << 10
  /// Reads of one loop turn, so that one fast sender does not keep the others waiting.
  private static let readLimit = 4

  package let descriptor: Int32
  package let path: FiveTuple
  private var deframer = StreamDeframer()
  private var queue: [UInt8] = []
  /// How much of the queue has been sent.
  private var sentByteCount = 0
  /// Datagrams that did not fit the queue.
  package private(set) var droppedCount = 0
  /// Whether another worker has accepted it.
  let isAdopted: Bool
  private var isLetGo = false

  /// Takes over an accepted, non-blocking socket, to be closed with this value.
  package init(adopting descriptor: Int32, path: FiveTuple) {
    self.descriptor = descriptor
    self.path = path
    isAdopted = false
  }

  /// Takes over what another worker has let go of, with what has come of an unfinished frame.
  init(resuming descriptor: Int32, path: FiveTuple, unfinished: UnsafeRawBufferPointer) {
    self.descriptor = descriptor
    self.path = path
    isAdopted = true
    deframer = StreamDeframer(unfinished: Array(unfinished))
  }

  deinit {
    if !isLetGo { close(descriptor) }
  }

  /// What has come of a frame that is not whole yet.
  var unfinished: [UInt8] { deframer.unfinished }

  /// From now on the socket is for whoever asked to close.
  mutating func letGo() -> Int32 {
    isLetGo = true
    return descriptor
  }

  /// What the queue takes of memory: what waits, and what has been sent and is not forgotten yet.
  package var heldByteCount: Int { queue.count }
  /// Whether it waits for the socket to take more.
  package var hasQueue: Bool { sentByteCount < queue.count }

  /// Reads what is there and hands over each whole datagram.
  package mutating func receive(using scratch: inout [UInt8], _ deliver: (RawSpan) -> Void) -> Outcome {
    if scratch.count < Self.readByteCount { scratch = [UInt8](repeating: 0, count: Self.readByteCount) }
    for _ in 0..<Self.readLimit {
      let count = read(descriptor, &scratch, scratch.count)
      guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) ? .open : .ended }
      do throws(WireError) {
        try deframer.receive(scratch.span.bytes.extracting(first: count), deliver)
      } catch {
        return .ended
      }
      guard count == scratch.count else { return .open }
    }
    return .open
  }

  /// Queues a datagram behind its length, or drops it when the queue is full; `flush` sends.
  package mutating func send(_ datagram: RawSpan) {
    if sentByteCount >= Self.queueByteLimit {
      // A reader that never catches up never empties the queue: what it has taken is forgotten here.
      queue.removeSubrange(..<sentByteCount)
      sentByteCount = 0
    }
    guard datagram.byteCount <= UInt16.max,
      queue.count - sentByteCount + datagram.byteCount + StreamFraming.headerLength <= Self.queueByteLimit
    else {
      droppedCount += 1
      return
    }
    queue.append(UInt8(truncatingIfNeeded: datagram.byteCount >> 8))
    queue.append(UInt8(truncatingIfNeeded: datagram.byteCount))
    datagram.withUnsafeBytes { queue.append(contentsOf: $0) }
  }

  /// Gives the socket as much as it takes.
  package mutating func flush() -> Outcome {
    while hasQueue {
      let count = queue.withUnsafeBytes { bytes in
        Glibc.send(
          descriptor, bytes.baseAddress! + sentByteCount, bytes.count - sentByteCount, Int32(MSG_NOSIGNAL))
      }  // the queue is not empty, so it has a base address
      guard count >= 0 else { return errno == EAGAIN || errno == EINTR ? .open : .ended }
      sentByteCount += count
    }
    queue.removeAll(keepingCapacity: queue.capacity <= Self.readByteCount)
    sentByteCount = 0
    return .open
  }
}
