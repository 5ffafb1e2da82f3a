import RTP
import Testing
import WebRTC

@Suite struct StatisticsTests {
  private static let ssrc = SSRC(rawValue: 0x1234)

  @Test func countsLossOfTheIntervalAndOfAllTime() {
    var statistics = ReceptionStatistics(clockRate: 90_000)
    for sequence: Int64 in 100..<200 where sequence % 10 != 0 || sequence == 100 { receive(sequence, &statistics) }
    let first = statistics.report(on: Self.ssrc, at: .zero)
    for sequence: Int64 in 200..<300 { receive(sequence, &statistics) }
    let second = statistics.report(on: Self.ssrc, at: .zero)

    #expect(first.fractionLost == 9 * 256 / 100)
    #expect(first.cumulativeLost == 9)
    #expect(second.fractionLost == 0)
    #expect(second.cumulativeLost == 9)
    #expect(second.extendedHighestSequenceNumber == 299)
  }

  @Test func aRecoveredPacketIsNotLost() {
    var statistics = ReceptionStatistics(clockRate: 90_000)
    for sequence: Int64 in [1, 2, 4] { receive(sequence, &statistics) }
    statistics.recover()

    #expect(statistics.report(on: Self.ssrc, at: .zero).cumulativeLost == 0)
  }

  @Test func duplicatesMakeTheLossNegativeAndTheFractionZero() {
    var statistics = ReceptionStatistics(clockRate: 90_000)
    for sequence: Int64 in [1, 2, 2, 2, 3] { receive(sequence, &statistics) }

    let report = statistics.report(on: Self.ssrc, at: .zero)

    #expect(report.cumulativeLost == -2)
    #expect(report.fractionLost == 0)
  }

  @Test func aSteadyStreamHasNoJitterAndAnUnsteadyOneItsSpread() {
    var (steady, unsteady) = (ReceptionStatistics(clockRate: 48_000), ReceptionStatistics(clockRate: 48_000))
    for index in 0..<2000 {
      let regular = Instant.zero + .milliseconds(index * 20)
      steady.receive(Int64(index), timestamp: UInt32(index * 960), byteCount: 100, at: regular)
      let late = regular + .milliseconds(index % 2 * 8)
      unsteady.receive(Int64(index), timestamp: UInt32(index * 960), byteCount: 100, at: late)
    }

    #expect(steady.jitter < .milliseconds(1))
    // Each packet differs from the one before by 8 ms, and jitter is the running mean of that (RFC 3550 A.8).
    #expect((Duration.microseconds(7900) ... .microseconds(8100)).contains(unsteady.jitter))
  }

  @Test func aClockThatHasRunForYearsOverflowsNothing() {
    var statistics = ReceptionStatistics(clockRate: 90_000)
    let years = Instant.zero + .seconds(100 * 365 * 86_400)
    for index in 0..<100 {
      let arrival = years + .milliseconds(index * 20)
      statistics.receive(Int64(index), timestamp: UInt32(index * 1800), byteCount: 100, at: arrival)
    }

    #expect(statistics.jitter < .milliseconds(1))
  }

  @Test func packetsOfOneFrameAreNotJitter() {
    var statistics = ReceptionStatistics(clockRate: 90_000)
    for index in 0..<900 {
      let sent = Instant.zero + .milliseconds(index / 3 * 40 + index % 3 * 5)
      statistics.receive(Int64(index), timestamp: UInt32(index / 3 * 3600), byteCount: 1000, at: sent)
    }

    #expect(statistics.jitter < .milliseconds(1))
  }

  @Test func tellsTheSenderHowLongItsReportHasWaited() {
    var statistics = ReceptionStatistics(clockRate: 90_000)
    receive(1, &statistics)
    let time = NTPTime(unixNanoseconds: 1_781_000_000_000_000_000)
    statistics.receiveSenderReport(time, at: .zero + .seconds(1))

    let report = statistics.report(on: Self.ssrc, at: .zero + .milliseconds(1500))
    let arrival = NTPTime(unixNanoseconds: 1_781_000_000_580_000_000)

    #expect(report.lastSenderReport == time.short)
    let roundTrip = report.roundTripTime(at: arrival) ?? .zero
    #expect((Duration.milliseconds(79) ... .milliseconds(81)).contains(roundTrip))
  }

  @Test func aSenderReportNamesOneMomentOnBothClocks() throws {
    var statistics = SendStatistics(clockRate: 90_000)
    #expect(statistics.report(from: Self.ssrc, time: NTPTime(rawValue: 0), at: .zero) == nil)
    statistics.send(timestamp: .max - 100, payloadByteCount: 1000, at: .zero)
    statistics.send(timestamp: 3000, payloadByteCount: 500, at: .zero + .milliseconds(33))
    statistics.send(timestamp: .max - 100, payloadByteCount: 1000, at: .zero + .milliseconds(40))

    let report = try #require(
      statistics.report(from: Self.ssrc, time: NTPTime(rawValue: 7), at: .zero + .milliseconds(133)))

    #expect(report.rtpTimestamp == 12_000)
    #expect(report.packetCount == 3)
    #expect(report.octetCount == 2500)
    #expect(report.ntpTime == NTPTime(rawValue: 7))
  }

  private func receive(_ sequence: Int64, _ statistics: inout ReceptionStatistics) {
    statistics.receive(sequence, timestamp: UInt32(sequence), byteCount: 100, at: .zero)
  }
}
