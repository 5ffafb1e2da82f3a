import CAllocationCounter
import RTP
import TestSupport
import Testing
import WebRTC

/// AddressSanitizer brings its own allocator.
private let canCountAllocations = allocation_counter_is_active()

@Suite struct ArrivalRecorderTests {
  @Test func reportsEveryArrivalOnceWithItsTime() throws {
    var recorder = ArrivalRecorder()
    for number in 0..<10 where number != 4 {
      receive(number, at: number * 5, &recorder)
    }

    let report = try reports(&recorder, at: 100)

    #expect(report.received.map(\.number) == [0, 1, 2, 3, 5, 6, 7, 8, 9])
    #expect(report.lost == [4])
    let distances = zip(report.received, report.received.dropFirst()).map { $1.milliseconds - $0.milliseconds }
    #expect(distances == [5, 5, 5, 10, 5, 5, 5, 5])
    #expect(try reports(&recorder, at: 200).packetCount == 0)
  }

  @Test(.enabled(if: canCountAllocations, "allocations cannot be counted under a sanitizer"))
  func takesMemoryForArrivalsOnlyWhereTheyAreNumbered() {
    var another = ArrivalRecorder()
    receive(0, at: 0, &another)  // whatever the runtime takes once

    let before = allocated_byte_count()
    var recorder = ArrivalRecorder()
    let idle = allocated_byte_count() - before

    receive(0, at: 0, &recorder)
    let used = allocated_byte_count() - before

    for number in 0..<1500 { receive(number, at: number / 20, &recorder) }
    let many = allocated_byte_count() - before

    #expect(idle == 0)
    #expect((1024..<2048).contains(used))
    #expect((16 * 1024..<17 * 1024).contains(many), "so many await their report")
  }

  /// The room is made while numbers wrap, come late and are missing.
  @Test func whatWaitsForAReportSurvivesThatMoreRoomIsMade() throws {
    var recorder = ArrivalRecorder()
    let numbers = (65_400..<66_900).filter { $0 % 7 != 0 }
    for number in numbers where number % 5 != 0 { receive(number, at: number, &recorder) }
    for number in numbers.suffix(300) where number % 5 == 0 { receive(number, at: number, &recorder) }

    let report = try reports(&recorder, at: 70_000)

    let expected = numbers.filter { $0 % 5 != 0 } + numbers.suffix(300).filter { $0 % 5 == 0 }
    #expect(Set(report.received.map(\.number)) == Set(expected.map { $0 & 0xFFFF }))
    #expect(report.received.count == expected.count)
  }

  @Test func isDueAfterTheIntervalAndSoonerAfterAFrame() throws {
    var recorder = ArrivalRecorder()
    receive(0, at: 0, &recorder)
    _ = try reports(&recorder, at: 0)

    receive(1, at: 10, &recorder)
    let within = recorder.nextDeadline
    receive(2, at: 20, endsFrame: true, &recorder)
    let afterFrame = recorder.nextDeadline

    #expect(within == .zero + .milliseconds(100))
    #expect(afterFrame == .zero + .milliseconds(50))
  }

  /// What is not opened may be forged.
  @Test func forgedNumbersMoveNothingOutOfSight() throws {
    var recorder = ArrivalRecorder()
    for number in 0..<100 { receive(number, at: number, &recorder) }
    _ = try reports(&recorder, at: 100)

    for number in stride(from: 300, to: 30_000, by: 200) {
      recorder.receiveUnproven(SequenceNumber(wrapping: Int64(number)), arrival: .zero, now: .zero)
    }
    for number in 100..<400 { receive(number, at: number, &recorder) }
    let report = try reports(&recorder, at: 500)

    #expect(Set(100..<400).isSubset(of: report.received.map(\.number)))
    #expect(report.received.count == 300, "of those that were forged one was to be expected")
  }

  @Test func whatWasNotOpenedCountsAsArrived() throws {
    var recorder = ArrivalRecorder()
    recorder.receiveUnproven(SequenceNumber(rawValue: 7), arrival: .zero, now: .zero)
    let first = try reports(&recorder, at: 10)

    receive(8, at: 10, &recorder)
    for number in 9..<60 {
      recorder.receiveUnproven(
        SequenceNumber(wrapping: Int64(number)), arrival: .zero + .milliseconds(number), now: .zero)
    }
    let report = try reports(&recorder, at: 100)

    #expect(first.packetCount == 0, "nothing authentic has come")
    #expect(report.received.map(\.number) == Array(8..<60) && report.lost.isEmpty)
  }

  @Test func aLatePacketIsReportedWithoutUnsayingTheOthers() throws {
    var recorder = ArrivalRecorder()
    for number in [0, 1, 3, 4] { receive(number, at: number, &recorder) }
    _ = try reports(&recorder, at: 50)

    receive(2, at: 60, &recorder)
    receive(6, at: 61, &recorder)
    let second = try reports(&recorder, at: 150)

    #expect(second.received.map(\.number) == [2, 6])
    #expect(second.lost == [5])
  }

  @Test func aDuplicateIsReportedOnce() throws {
    var recorder = ArrivalRecorder()
    for number in [7, 7, 8] { receive(number, at: 1, &recorder) }

    #expect(try reports(&recorder, at: 100).received.map(\.number) == [7, 8])
  }

  @Test func manyPacketsAreSplitIntoDatagrams() throws {
    var recorder = ArrivalRecorder()
    // Every arrival 20 s after the one before does not fit a delta of 16 bits, and 1500 of them do not fit a datagram.
    for number in 0..<1500 { receive(number, at: number * (number % 100 == 0 ? 200 : 1), &recorder) }

    let report = try reports(&recorder, at: 400_000)

    #expect(report.received.map(\.number) == Array(0..<1500))
    #expect(report.lost.isEmpty)
    #expect(report.packetCount > 1)
    #expect(report.longest <= ArrivalRecorder.feedbackByteLimit)
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func underLossReorderingAndWrapsNothingReceivedIsEverCalledLost(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var recorder = ArrivalRecorder()
    var (delivered, reported, wronglyLost): (Set<Int>, [Int], [Int]) = ([], [], [])
    var queue = (65_000..<75_000).filter { _ in Double.random(in: 0..<1, using: &random) > 0.1 }
    for index in queue.indices.dropLast(20) where Int.random(in: 0..<10, using: &random) == 0 {
      queue.swapAt(index, index + Int.random(in: 1..<20, using: &random))
    }

    for (step, number) in queue.enumerated() {
      receive(number, at: step, &recorder)
      delivered.insert(number & 0xFFFF)
      guard step % 70 == 69 || step == queue.count - 1 else { continue }
      let report = try reports(&recorder, at: step)
      wronglyLost += report.lost.filter { delivered.contains($0) }
      reported += report.received.map(\.number)
    }

    #expect(wronglyLost.isEmpty, "seed \(seed)")
    #expect(reported.count == Set(reported).count, "seed \(seed)")
    #expect(Set(reported) == delivered, "seed \(seed)")
  }

  private struct Report {
    var received: [(number: Int, milliseconds: Int)] = []
    var lost: [Int] = []
    var packetCount = 0
    var longest = 0
  }

  private func receive(_ number: Int, at milliseconds: Int, endsFrame: Bool = false, _ recorder: inout ArrivalRecorder)
  {
    let now = Instant.zero + .milliseconds(milliseconds)
    recorder.receive(
      SequenceNumber(rawValue: UInt16(truncatingIfNeeded: number)), endsFrame: endsFrame, arrival: now, now: now)
  }

  /// All feedback packets of one turn, read back from their bytes.
  private func reports(_ recorder: inout ArrivalRecorder, at milliseconds: Int) throws -> Report {
    var report = Report()
    let now = Instant.zero + .milliseconds(milliseconds)
    try recorder.report(sender: SSRC(rawValue: 1), media: SSRC(rawValue: 2), at: now) {
      builder, count throws(WireError) in
      let bytes = try written(builder, count)
      report.packetCount += 1
      report.longest = max(report.longest, bytes.count)
      try Self.read(bytes, into: &report)
    }
    return report
  }

  private func written(_ builder: borrowing TransportFeedbackBuilder, _ count: UInt8) throws(WireError) -> [UInt8] {
    let packet = copy builder
    return try [UInt8](capacity: 2000) { output throws(WireError) in
      try packet.write(sender: SSRC(rawValue: 1), media: SSRC(rawValue: 2), feedbackCount: count, into: &output)
    }
  }

  private static func read(_ bytes: [UInt8], into report: inout Report) throws(WireError) {
    let feedback = try TransportFeedback(parsing: bytes.span.bytes.extracting(4...), at: 4)
    let reference = Int64(feedback.referenceTime) * TransportFeedback.ticksPerReferenceUnit
    var cursor = TransportFeedbackCursor(feedback)
    while let status = try cursor.next(in: bytes.span.bytes) {
      switch status {
      case .received(let number, let ticks):
        let nanoseconds = (reference + ticks) * TransportFeedback.nanosecondsPerTick
        report.received.append((Int(number.rawValue), Int(nanoseconds / 1_000_000)))
      case .lost(let first, let count):
        report.lost += (0..<count).map { Int(first.advanced(by: $0).rawValue) }
      }
    }
  }
}
