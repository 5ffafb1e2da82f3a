import RTP
import TestSupport
import Testing
import WebRTC

/// What a transport learns of the network from the reports on its own packets. The sender here is the pair's browser.
@Suite struct MediaCongestionTests {
  private static let feedback: [RTCPFeedback] = [.nack, .transportWideCongestionControl]

  @Test func probesArePaddingThatNoDecoderSees() throws {
    var pair = MediaPair(feedback: Self.feedback)
    _ = pair.open(try pair.sealed(1, payload: [0x10, 0], at: .zero), at: .zero)
    pair.browser.want(2_000_000, at: .zero)

    let sent = try probe(&pair, milliseconds: 0..<40)

    // 900 kbit/s for 15 ms, then 1.8 Mbit/s.
    #expect((15...40).contains(sent.count))
    #expect(sent.allSatisfy { (256...320).contains($0.count) })
    for packet in sent {
      guard case .probe = pair.open(packet, at: at(40)).outcome else {
        Issue.record("padding of a retransmission stream is no media")
        return
      }
    }
  }

  @Test func aPictureThatHasNotBegunIsProbedForAsWell() throws {
    var pair = MediaPair(feedback: Self.feedback)
    pair.browser.want(2_000_000, at: .zero)

    #expect((15...40).contains(try probe(&pair, milliseconds: 0..<40).count))
  }

  @Test func arrivalsRaiseTheEstimate() throws {
    var pair = MediaPair(feedback: Self.feedback)
    _ = pair.open(try pair.sealed(1, payload: [0x10, 0], at: .zero), at: .zero)
    pair.browser.want(2_000_000, at: .zero)
    #expect(pair.browser.estimate?.cause == .start)

    for millisecond in 0..<150 {
      for packet in try probe(&pair, milliseconds: millisecond..<(millisecond + 1)) {
        _ = pair.open(packet, at: at(millisecond))
      }
      _ = pair.browserReceives(pair.serverFeedback(at: at(millisecond)), at: at(millisecond))
    }

    #expect((1_500_000...2_000_000).contains(pair.browser.estimate?.bitsPerSecond ?? 0))
    #expect(pair.browser.estimate?.cause == .probe)
  }

  @Test func nothingIsProbedWhereNothingIsWanted() throws {
    var pair = MediaPair(feedback: Self.feedback)
    _ = pair.open(try pair.sealed(1, payload: [0x10, 0], at: .zero), at: .zero)

    #expect(try probe(&pair, milliseconds: 0..<100).isEmpty)
  }

  @Test func aPeerThatReportsNoArrivalsIsNotProbed() throws {
    var pair = MediaPair(feedback: [.nack, .receiverEstimatedMaximumBitrate])
    _ = pair.open(try pair.sealed(1, payload: [0x10, 0], at: .zero), at: .zero)
    pair.browser.want(2_000_000, at: .zero)

    #expect(try probe(&pair, milliseconds: 0..<100).isEmpty)
  }

  @Test func itsEstimateIsFollowedInstead() throws {
    var pair = MediaPair(feedback: [.nack, .receiverEstimatedMaximumBitrate])
    _ = pair.open(try pair.sealed(1, payload: [0x10, 0], at: .zero), at: .zero)

    _ = pair.browserReceives(pair.serverFeedback(at: at(10)), at: at(10))

    #expect(pair.browser.estimate?.cause == .receiverEstimate)
    #expect(pair.browser.estimate?.bitsPerSecond == 20_000_000)
  }

  @Test func aPublishersHolesAreNoLossOfTheSubscriber() throws {
    var history = Reports.stream(sending: [1, 2, 5, 6, 7, 8, 9, 10])
    _ = history.receive(Reports.report(highest: 1, lost: 0))

    // 3 and 4 were never there to be sent; 8 was lost on the way.
    let loss = history.receive(Reports.report(highest: 10, lost: 3))

    #expect(loss == ReportedLosses.Loss(lost: 1, sent: 7))
  }

  @Test func repeatedAndImpossibleReportsSayNothing() throws {
    var history = Reports.stream(sending: [1, 2, 3])
    #expect(history.receive(Reports.report(highest: 2, lost: 0)) == nil, "the first says nothing yet")
    #expect(history.receive(Reports.report(highest: 2, lost: 0)) == nil)
    #expect(history.receive(Reports.report(highest: .max, lost: 100)) == nil)
    #expect(history.receive(Reports.report(highest: 1, lost: .max)) == nil)
    #expect(history.receive(Reports.report(highest: 3, lost: .min)) == ReportedLosses.Loss(lost: 0, sent: 2))
  }

  /// The media datagrams that the browser sends by itself.
  private func probe(_ pair: inout MediaPair, milliseconds: Range<Int>) throws -> [[UInt8]] {
    milliseconds.flatMap { pair.browserReports(at: at($0)) }.filter { $0[1] & 0x7F == MediaPair.repairType }
  }

  private func at(_ milliseconds: Int) -> Instant { .zero + .milliseconds(milliseconds) }
}

/// What the tests of reported losses share.
private enum Reports {
  static func report(highest: UInt32, lost: Int32) -> ReportBlock {
    ReportBlock(
      ssrc: SSRC(rawValue: 1), fractionLost: 0, cumulativeLost: lost, extendedHighestSequenceNumber: highest, jitter: 0)
  }

  static func stream(sending numbers: [UInt16]) -> OutgoingStream {
    var generator = SeededGenerator(seed: 1)
    let track = LocalTrack(
      kind: .video, ssrc: SSRC(rawValue: 1), retransmission: nil, cname: "c", stream: "s", track: "t")
    var stream = OutgoingStream(
      media: 0, track: track, mid: nil, clockRate: 90_000, historyCapacity: 16, using: &generator)
    for number in numbers {
      stream.history.record(
        OutgoingPacket(
          payloadType: 96, sequence: SequenceNumber(rawValue: number), timestamp: 0, marker: false, source: 0,
          origin: 0, rewriting: PacketRewriting()), at: .zero)
    }
    return stream
  }
}
