import RTP
import TestSupport
import WebRTC

/// A sender under control and a receiver that reports as told, without a network between them.
struct FeedbackScript: ~Copyable {
  var controller: CongestionController
  private(set) var nextNumber = 0
  private var sentAt: [Int: Instant] = [:]
  private var feedbackCount: UInt8 = 0

  init(_ configuration: CongestionConfiguration = CongestionConfiguration()) {
    controller = CongestionController(configuration)
  }

  mutating func send(_ byteCount: Int = 1000, kind: SentPacketKind = .media, at now: Instant) {
    controller.sent(SequenceNumber(wrapping: Int64(nextNumber)), byteCount: byteCount, kind: kind, at: now)
    sentAt[nextNumber] = now
    nextNumber += 1
  }

  /// Reports the packets of these numbers; `delay` says how long each was on its way, nil for a lost one.
  mutating func report(
    _ numbers: Range<Int>, at now: Instant, roundTripTime: Duration = .milliseconds(100),
    delay: (Int) -> Duration? = { _ in .milliseconds(20) }
  ) throws(WireError) {
    var builder = TransportFeedbackBuilder(maximumByteCount: 1100)
    builder.reset(base: Int64(numbers.lowerBound))
    for number in numbers {
      guard let delay = delay(number), let sent = sentAt[number] else { continue }
      guard !builder.append(Int64(number), arrivedAt: sent + delay) else { continue }
      try deliver(builder, at: now, roundTripTime)
      builder.reset(base: builder.nextSequenceNumber)
      _ = builder.append(Int64(number), arrivedAt: sent + delay)
    }
    if !builder.isEmpty { try deliver(builder, at: now, roundTripTime) }
  }

  private mutating func deliver(
    _ builder: TransportFeedbackBuilder, at now: Instant, _ roundTripTime: Duration
  ) throws(WireError) {
    let (ssrc, count) = (SSRC(rawValue: 1), feedbackCount)
    feedbackCount &+= 1
    let bytes = try [UInt8](capacity: 1200) { output throws(WireError) in
      try builder.write(sender: ssrc, media: ssrc, feedbackCount: count, into: &output)
    }
    let feedback = try TransportFeedback(parsing: bytes.span.bytes.extracting(4...), at: 4)
    controller.receive(feedback, in: bytes.span.bytes, at: now, roundTripTime: roundTripTime)
  }
}
