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

@Suite struct CongestionAllocationTests {
  private static let packetCount = 4000
  private static let batch = 20

  @Test(.enabled(if: canCountAllocations, "counted only in optimized builds without a sanitizer"))
  func sendingAndReportsAllocateNothing() throws {
    let reports = try Self.reports()
    var controller = CongestionController()
    controller.want(8_000_000, at: .zero)
    var pacer = Pacer()
    Self.run(&controller, &pacer, reports, 0..<(Self.packetCount / 2))

    let before = allocation_count()
    Self.run(&controller, &pacer, reports, (Self.packetCount / 2)..<Self.packetCount)
    let after = allocation_count()

    #expect(after == before)
    #expect(controller.estimate.acknowledgedBitsPerSecond ?? 0 > 1_000_000)
  }

  /// What the controller keeps is taken when it is first needed: who only publishes has none of it.
  @Test(.enabled(if: canCountAllocations, "counted only in optimized builds without a sanitizer"))
  func aControllerThatIsNotUsedTakesLittle() {
    let before = allocated_byte_count()
    var controller = CongestionController()
    let idle = allocated_byte_count() - before
    controller.sent(SequenceNumber(rawValue: 0), byteCount: 1000, kind: .media, at: .zero)
    let used = allocated_byte_count() - before

    #expect(idle < 1024)
    #expect((1024...2048).contains(used))
  }

  /// Two megabits per second to somebody near by.
  @Test(.enabled(if: canCountAllocations, "counted only in optimized builds without a sanitizer"))
  func aControllerKeepsWhatItsRateNeeds() throws {
    let reports = try Self.reports()
    var pacer = Pacer()

    let before = allocated_byte_count()
    var controller = CongestionController()
    Self.run(&controller, &pacer, reports, 0..<Self.packetCount)
    let used = allocated_byte_count() - before

    #expect((4 * 1024...12 * 1024).contains(used), "\(used) bytes for \(reports.count) reports")
    #expect(controller.estimate.acknowledgedBitsPerSecond ?? 0 > 1_000_000)
  }

  private static func run(
    _ controller: inout CongestionController, _ pacer: inout Pacer, _ reports: [[UInt8]], _ numbers: Range<Int>
  ) {
    for number in numbers {
      let now = Instant.zero + .milliseconds(number * 4)
      controller.sent(SequenceNumber(wrapping: Int64(number)), byteCount: 1000, kind: .media, at: now)
      _ = pacer.grant(
        of: 30, byteCount: 30_000, oldest: now, on: Pacer.Path(bitsPerSecond: controller.estimate.bitsPerSecond),
        at: now)
      _ = controller.takeRepair(byteCount: 100, at: now)
      _ = controller.nextProbe(at: now)
      controller.advance(to: now)
      guard number % batch == batch - 1 else { continue }
      let bytes = reports[number / batch]
      let datagram = bytes.span.bytes
      guard let feedback = try? TransportFeedback(parsing: datagram.extracting(4...), at: 4) else { continue }
      controller.receive(feedback, in: datagram, at: now, roundTripTime: .milliseconds(40))
    }
  }

  /// A report for every batch, with a loss and a large delta here and there.
  private static func reports() throws -> [[UInt8]] {
    try stride(from: 0, to: packetCount, by: batch).map { start throws in
      var builder = TransportFeedbackBuilder(maximumByteCount: 1200)
      builder.reset(base: Int64(start))
      for number in start..<(start + batch) where number % 17 != 0 {
        _ = builder.append(Int64(number), arrivedAt: .zero + .milliseconds(number * 4 + (number % 7 == 0 ? 90 : 20)))
      }
      let ssrc = SSRC(rawValue: 1)
      return try [UInt8](capacity: 1200) { output throws(WireError) in
        try builder.write(sender: ssrc, media: ssrc, feedbackCount: 0, into: &output)
      }
    }
  }
}
