import CAllocationCounter
import RTP
import Testing

/// Without optimization even a closure that does not escape is on the heap.
private var canCountAllocations: Bool {
  #if DEBUG
    return false
  #else
    return allocation_counter_is_active()
  #endif
}

/// Reading media packets must not touch the heap: it happens many thousand times a second.
@Suite(.enabled(if: canCountAllocations, "counted only in optimized builds without a sanitizer"))
struct AllocationTests {
  /// A header of Chromium in the two-byte form, with an AV1 payload that begins with its aggregation header.
  private static let packet = ChromiumAV1Capture.packets[1].bytes + [0x10, 0x0a, 0xaa]
  private static let keyframe = [UInt8](hex: "c00001 800214eaa860414d1410208427 013f00b3")

  private static func extensions() throws -> HeaderExtensionMap {
    var map = HeaderExtensionMap()
    for (id, uri) in ChromiumAV1Capture.extensions {
      try map.assign(id, to: #require(HeaderExtensionKind(uri: uri)))
    }
    return map
  }

  @Test func theCounterSeesAnAllocation() {
    let before = allocation_count()
    let bytes = [UInt8](repeating: 1, count: Int.random(in: 100...200))

    #expect(allocation_count() > before)
    #expect(bytes.count >= 100)
  }

  @Test func readingAndForwardingAHeaderAllocatesNothing() throws {
    let map = try Self.extensions()
    let forwarding = HeaderExtensionForwarding(source: map, target: map, allowsTwoByteForm: true)
    let slot = UnsafeMutableRawBufferPointer.allocate(byteCount: 1500, alignment: 8)
    defer { slot.deallocate() }
    var byteCount = try Self.forward(forwarding, into: slot)

    let before = allocation_count()
    for _ in 0..<100 { byteCount += try Self.forward(forwarding, into: slot) }

    #expect(allocation_count() == before)
    #expect(byteCount > 100 * 40)
  }

  @Test func readingPayloadsAndDescriptorsAllocatesNothing() throws {
    let structure = try DependencyDescriptor(parsing: Self.keyframe.span.bytes, structure: nil).attachedStructure
    let laterFrame = [UInt8](hex: "c30008 1240")
    let vp8 = [UInt8](hex: "90f0 9234 56 a7 100200 9d012a 0005 d002")
    let vp9 = [UInt8](hex: "aa 8123 10 44 58 0140 00b4 0280 0168 0500 02d0 00 82")
    let stapA = [UInt8](hex: "78 0002 68ce 0002 6588")

    let before = allocation_count()
    var keyframeCount = 0
    for _ in 0..<100 {
      let descriptor = try DependencyDescriptor(parsing: laterFrame.span.bytes, structure: structure)
      var data = vp8.span.bytes
      let picture = try VP8PayloadDescriptor(reading: &data)
      if picture.startsKeyframe(data) { keyframeCount += 1 }
      data = vp9.span.bytes
      if try VP9PayloadDescriptor(reading: &data).startsKeyframe { keyframeCount += 1 }
      if H264.startsKeyframe(stapA.span.bytes) { keyframeCount += 1 }
      if descriptor.frame.temporalID == 2 { keyframeCount += 1 }
    }

    #expect(allocation_count() == before)
    #expect(keyframeCount == 400)
  }

  @Test func aFeedbackBuilderThatIsKeptAllocatesNothing() throws {
    var builder = TransportFeedbackBuilder(maximumByteCount: 1200)
    let slot = UnsafeMutableRawBufferPointer.allocate(byteCount: 1500, alignment: 8)
    defer { slot.deallocate() }
    _ = try Self.report(&builder, into: slot)

    let before = allocation_count()
    let byteCount = try Self.report(&builder, into: slot)

    #expect(allocation_count() == before)
    #expect(byteCount > 100)
  }

  private static func forward(
    _ forwarding: HeaderExtensionForwarding, into slot: UnsafeMutableRawBufferPointer
  ) throws -> Int {
    let packet = packet.span.bytes
    let parsed = try RTPPacket(parsing: packet)
    var output = OutputRawSpan(buffer: slot, initializedCount: 0)
    let form = try forwarding.form(of: parsed.header, in: packet)
    let writer = try RTPHeaderWriter(parsed.header.fields, form: form, into: &output)
    try writer.append(forwarding, of: parsed.header, in: packet, into: &output)
    try writer.finish(into: &output)
    try output.writeBytes(packet.extracting(parsed.payload))
    return output.finalize(for: slot)
  }

  private static func report(
    _ builder: inout TransportFeedbackBuilder, into slot: UnsafeMutableRawBufferPointer
  ) throws -> Int {
    builder.reset()
    for number: Int64 in 0..<100 {
      _ = builder.append(number * 2, arrivedAt: Instant(nanoseconds: number * 1_300_000))
    }
    var output = OutputRawSpan(buffer: slot, initializedCount: 0)
    let ssrc = SSRC(rawValue: 1)
    try builder.write(sender: ssrc, media: ssrc, feedbackCount: 1, into: &output)
    return output.finalize(for: slot)
  }
}
