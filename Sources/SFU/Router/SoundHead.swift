import RTP
import WebRTC

/// Where what goes before a packet of sound is put together, packet by packet: sound that was sent before (RED, RFC 2198).
///
/// What is repeated lies in the packets that the cache of its stream holds, and is copied once before it is encrypted.
package struct SoundHead: ~Copyable {
  /// So many earlier packets go along at most: more than two in a row are rarely lost, but when nothing comes at all.
  package static let generationLimit = 2
  /// Longer ones are music, which fills a datagram almost alone.
  private static let longestRepeated = 400
  /// With what goes along a packet fits the datagrams of every usual path.
  static let longestPayload = 1100
  private static let byteCount = 1024

  private let buffer: UnsafeMutableRawBufferPointer  // owned

  init() {
    buffer = .allocate(byteCount: Self.byteCount, alignment: 8)
  }

  deinit {
    buffer.deallocate()
  }

  /// The first bytes of what was written last. Unsafe: valid until the next is written.
  func bytes(_ count: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(buffer).prefix(count).rebased }

  /// Whether an earlier packet can go along with a later one: sound that is near enough, and more than silence.
  static func canRepeat(_ earlier: PacketCache.Entry, with later: PacketCache.Entry) -> Bool {
    let offset = later.timestamp - earlier.timestamp
    return earlier.codec == .opus && Speech.isSound(payloadByteCount: earlier.payload.count)
      && earlier.payload.count <= longestRepeated
      && REDHeaders.canRepeat(byteCount: earlier.payload.count, timestampOffset: offset)
  }

  /// Writes what goes before a packet, the earliest first, as `payloadType`; how many bytes that is, 0 if nothing can be written.
  ///
  /// What `packet` says is repeated and is not kept any more is left out of it.
  func write(
    _ packet: inout OutgoingPacket, from cache: borrowing PacketCache, in slab: borrowing PacketSlab,
    as payloadType: UInt8
  ) -> Int {
    let present = cache.find(packet.source)
    for generation in 1...Self.generationLimit {
      let earlier = cache.find(packet.source - Int64(generation))
      if let present, let earlier, Self.canRepeat(earlier, with: present) { continue }
      packet.rewriting.redundancy &= ~Self.bit(generation)
    }
    var output = OutputRawSpan(buffer: buffer, initializedCount: 0)
    do throws(WireError) {
      try write(packet, present, cache, slab, payloadType, &output)
    } catch {
      return 0
    }
    return output.finalize(for: buffer)
  }

  private func write(
    _ packet: OutgoingPacket, _ present: PacketCache.Entry?, _ cache: borrowing PacketCache,
    _ slab: borrowing PacketSlab, _ payloadType: UInt8, _ output: inout OutputRawSpan
  ) throws(WireError) {
    for generation in stride(from: Self.generationLimit, to: 0, by: -1) {
      guard let present, let earlier = repeated(generation, packet, cache) else { continue }
      try REDHeaders.writeRedundant(
        payloadType: payloadType, timestampOffset: UInt32(present.timestamp - earlier.timestamp),
        byteCount: earlier.payload.count, into: &output)
    }
    try REDHeaders.writePrimary(payloadType: payloadType, into: &output)
    for generation in stride(from: Self.generationLimit, to: 0, by: -1) {
      guard let earlier = repeated(generation, packet, cache) else { continue }
      // What the cache holds has its slot.
      let bytes = RawSpan(_unsafeBytes: UnsafeRawBufferPointer(slab.bytes(of: earlier.slot)))
      try output.writeBytes(bytes.extracting(earlier.payload))
    }
  }

  private func repeated(
    _ generation: Int, _ packet: OutgoingPacket, _ cache: borrowing PacketCache
  ) -> PacketCache.Entry? {
    guard packet.rewriting.redundancy & Self.bit(generation) != 0 else { return nil }
    return cache.find(packet.source - Int64(generation))
  }

  /// The bit of the packet so many before.
  static func bit(_ generation: Int) -> UInt8 { 1 << UInt8(generation - 1) }
}

extension Slice<UnsafeRawBufferPointer> {
  fileprivate var rebased: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: self) }
}
