import CAllocationCounter
import RTP
import Testing
import WebRTC

/// Without optimization even a closure that does not escape is on the heap.
private var canCountAllocations: Bool {
  #if DEBUG
    return false
  #else
    return allocation_counter_is_active()
  #endif
}

/// After the first packet of a stream, sealing and opening take nothing from the heap.
@Suite(.enabled(if: canCountAllocations, "counted only in optimized builds without a sanitizer"))
struct SRTPAllocationTests {
  @Test func theCounterCounts() {
    let before = allocation_count()

    let array = [UInt8](repeating: 1, count: Int.random(in: 1000...1001))

    #expect(allocation_count() > before)
    #expect(array.count >= 1000)
  }

  @Test(arguments: SRTPProfile.allCases)
  func allocatesNothingPerPacket(profile: SRTPProfile) throws {
    var pair = SRTPPair(profile)
    var slot = [UInt8](repeating: 0, count: 1500)
    let payload = [UInt8](repeating: 7, count: 1100)
    let rtcp = rtcpPacket()
    var header = rtpPacket(0, payloadByteCount: 0)
    _ = try roundTrip(&pair, &slot, header, payload, rtcp)

    let before = allocation_count()
    var byteCount = 0
    for number in UInt16(1)...1000 {
      header[2] = UInt8(number >> 8)
      header[3] = UInt8(number & 0xff)
      byteCount += try roundTrip(&pair, &slot, header, payload, rtcp)
    }

    #expect(allocation_count() == before)
    #expect(byteCount == 1000 * (12 + 1100 + rtcp.count))
  }

  /// A replay and a forgery cost no more than their throw, for which Swift Testing (and nobody else) keeps a back trace.
  @Test(arguments: SRTPProfile.allCases)
  func allocatesNothingForWhatIsRefused(profile: SRTPProfile) throws {
    var pair = SRTPPair(profile)
    let genuine = try pair.sender.seal(rtpPacket(1))
    _ = try pair.receiver.open(genuine)
    var forged = rtpPacket(2, payloadByteCount: 64)
    var replayed = genuine
    var refusals = 0

    let before = allocation_count()
    for _ in 0..<1000 {
      if !opens(&pair, &forged) { refusals += 1 }
      if !opens(&pair, &replayed) { refusals += 1 }
    }
    let between = allocation_count()
    for number in 0..<2000 where !throwsNothing(number) { refusals += 1 }

    #expect(allocation_count() - between == between - before)
    #expect(refusals == 4000)
  }

  @inline(never)
  private func throwsNothing(_ number: Int) -> Bool {
    do throws(SRTPError) {
      guard number < 0 else { throw .replayed }
      return true
    } catch {
      return false
    }
  }

  private func opens(_ pair: inout SRTPPair, _ packet: inout [UInt8]) -> Bool {
    packet.withUnsafeMutableBytes { packet in
      guard let header = try? RTPHeader(parsing: packet.bytes) else { return false }
      do throws(SRTPError) {
        var bytes = packet.mutableBytes
        _ = try pair.receiver.open(&bytes, header: header)
        return true
      } catch {
        return false
      }
    }
  }

  /// Seals and opens one RTP and one RTCP packet in `slot`; returns how many bytes came out.
  private func roundTrip(
    _ pair: inout SRTPPair, _ slot: inout [UInt8], _ header: [UInt8], _ payload: [UInt8], _ rtcp: [UInt8]
  ) throws -> Int {
    try slot.withUnsafeMutableBytes { slot in
      var output = OutputRawSpan(buffer: slot, initializedCount: 0)
      try output.writeBytes(header.span.bytes)
      try pair.sender.seal(&output, headerByteCount: 12, appending: payload.span.bytes)
      let sealed = UnsafeMutableRawBufferPointer(rebasing: slot[..<output.finalize(for: slot)])
      var bytes = sealed.mutableBytes
      let rtpCount = try pair.receiver.open(&bytes, header: RTPHeader(parsing: sealed.bytes))

      var outputRTCP = OutputRawSpan(buffer: slot, initializedCount: 0)
      try outputRTCP.writeBytes(rtcp.span.bytes)
      try pair.sender.sealRTCP(&outputRTCP)
      var bytesRTCP = UnsafeMutableRawBufferPointer(rebasing: slot[..<outputRTCP.finalize(for: slot)]).mutableBytes
      return rtpCount + (try pair.receiver.openRTCP(&bytesRTCP))
    }
  }
}
