package import RTP

/// The control datagrams that machines want to leave, in order: preallocated, bounded and reused.
///
/// Media never goes through here. When the outbox is full a datagram is dropped and counted, as the network might do: all
/// control traffic is repeated by somebody's timer.
package struct DatagramOutbox: ~Copyable {
  private struct Entry {
    var path: FiveTuple
    var bytes: Range<Int>
  }

  private var storage: [UInt8]
  private var entries: [Entry] = []
  private let maximumCount: Int

  /// How many datagrams did not fit since the beginning.
  package private(set) var droppedCount = 0

  /// Room for `byteCount` bytes in at most `datagramCount` datagrams; the default holds the answers to one batch of the socket.
  package init(byteCount: Int = 64 * 1024, datagramCount: Int = 256) {
    storage = Array(repeating: 0, count: byteCount)
    entries.reserveCapacity(datagramCount)
    maximumCount = datagramCount
  }

  package var count: Int { entries.count }
  package var isEmpty: Bool { entries.isEmpty }

  /// Appends the datagram that `write` produces.
  ///
  /// If `write` throws, or there is no room (`bufferFull`), nothing is appended, the loss is counted and the error passed on.
  package mutating func append(
    on path: FiveTuple, writing write: (inout OutputRawSpan) throws(WireError) -> Void
  ) throws(WireError) {
    let start = entries.last?.bytes.upperBound ?? 0
    do throws(WireError) {
      guard entries.count < maximumCount else { throw .bufferFull }
      let byteCount = try fill(from: start, write)
      entries.append(Entry(path: path, bytes: start..<(start + byteCount)))
    } catch {
      droppedCount += 1
      throw error
    }
  }

  private mutating func fill(
    from start: Int, _ write: (inout OutputRawSpan) throws(WireError) -> Void
  ) throws(WireError) -> Int {
    var span = storage.mutableSpan
    var bytes = span.mutableBytes
    return try bytes.withUnsafeMutableBytes { (storage) throws(WireError) in
      let free = UnsafeMutableRawBufferPointer(rebasing: storage[start...])
      var output = OutputRawSpan(buffer: free, initializedCount: 0)
      try write(&output)
      return output.finalize(for: free)
    }
  }

  /// Hands over the datagrams in order and empties the outbox.
  package mutating func drain(_ send: (FiveTuple, RawSpan) -> Void) {
    for entry in entries { send(entry.path, storage.span.bytes.extracting(entry.bytes)) }
    entries.removeAll(keepingCapacity: true)
  }
}
