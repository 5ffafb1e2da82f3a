import RTP
import WebRTC

// MARK: - Sound that a publisher sends in RED (RFC 2198)
extension Router {
  /// What a packet of RED carries, to be routed as if it had come alone, since who gets it repeated is decided for each subscriber.
  ///
  /// What it repeats of what was lost on its way here is put into `pending` first. Nil if it is malformed.
  mutating func unwrap(
    _ entry: PacketCache.Entry, of stream: PublishedStream.Handle, in slab: borrowing PacketSlab, at now: Instant,
    _ drops: inout DropCounts
  ) -> PacketCache.Entry? {
    // The slot is not given back before the flush.
    let bytes = RawSpan(_unsafeBytes: UnsafeRawBufferPointer(slab.bytes(of: entry.slot)).prefix(Int(entry.byteCount)))
    guard let redundancy = try? Redundancy(of: entry, in: bytes), !redundancy.primary.payload.isEmpty else {
      return nil
    }
    guard let newest = streams[stream].newest, redundancy.isSteady, newest.sequence < entry.sequence - 1 else {
      return redundancy.primary
    }
    var cursor = try? REDCursor(bytes.extracting(entry.payload))
    for distance in stride(from: redundancy.count, to: 0, by: -1) {
      guard let block = try? cursor?.next(in: bytes.extracting(entry.payload)) else { break }
      let lost = entry.carried(block, distance)
      guard lost.sequence > newest.sequence, lost.timestamp > newest.timestamp, !lost.payload.isEmpty else { continue }
      route(lost, of: stream, in: slab, at: now, &drops)
    }
    return redundancy.primary
  }

  /// What is found in a packet of RED.
  private struct Redundancy {
    var primary: PacketCache.Entry
    /// How many earlier packets are repeated.
    var count = 0
    /// Whether these are the packets just before, each as long as the next: only then their numbers are known.
    var isSteady = true

    init(of entry: PacketCache.Entry, in bytes: RawSpan) throws(WireError) {
      primary = entry
      let payload = bytes.extracting(entry.payload)
      var cursor = try REDCursor(payload)
      var first: UInt32 = 0
      var last: UInt32 = 0
      var step: UInt32?
      while let block = try cursor.next(in: payload) {
        guard block.timestampOffset > 0 else {
          primary = entry.carried(block, 0)
          continue
        }
        if count == 0 { first = block.timestampOffset }
        if count > 0 {
          let distance = last &- block.timestampOffset
          isSteady = isSteady && (step ?? distance) == distance
          step = distance
        }
        last = block.timestampOffset
        count += 1
      }
      isSteady = isSteady && (step ?? last) == last && first == last * UInt32(count)
    }
  }
}

extension PacketCache.Entry {
  /// One of the payloads in a packet of RED, as a packet of its own, so many before.
  fileprivate func carried(_ block: REDBlock, _ distance: Int) -> PacketCache.Entry {
    let start = payload.lowerBound
    var entry = PacketCache.Entry(
      sequence: sequence - Int64(distance), timestamp: timestamp - Int64(block.timestampOffset), slot: slot,
      arrival: arrival, payload: start + block.range.lowerBound..<start + block.range.upperBound,
      byteCount: Int(byteCount), payloadType: block.payloadType, marker: distance == 0 && marker)
    entry.codec = .opus
    return entry
  }
}
