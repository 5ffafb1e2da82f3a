import RTP

/// The datagrams of our latest flight, kept until the peer has answered, and sent again with new record numbers.
///
/// A peer drops a record whose number it has seen (RFC 6347 §4.1.2.6), also one whose content it could not use yet, so what is sent
/// again needs new numbers. Before ChangeCipherSpec a record's header is not authenticated: all of our records are numbered here,
/// by one counter, at every sending. After it they are sealed again.
struct DTLSFlight {
  /// RFC 6347 §4.2.4.1 starts at a second, which is long for somebody who waits for a picture; ICE has shown that the path is there.
  static let firstInterval = Duration.milliseconds(100)
  static let longestInterval = Duration.seconds(2)

  private var datagrams: [[UInt8]] = []
  private var nextPlaintextNumber: UInt64 = 0
  private var interval = firstInterval
  /// When it is to be sent again, unless the peer answers.
  private(set) var retryAt = Instant.distantFuture

  /// Whether there is anything to send again.
  var isEmpty: Bool { datagrams.isEmpty }

  /// How much memory the kept datagrams take.
  var byteCount: Int { datagrams.reduce(0) { $0 + $1.count } }

  /// Sends a new flight and forgets the one before, which the peer has answered.
  mutating func replace(
    with datagrams: [[UInt8]], _ protection: inout DTLSRecordProtection?, at now: Instant, send: (RawSpan) -> Void
  ) {
    self.datagrams = datagrams
    interval = Self.firstInterval
    retryAt = now + interval
    for datagram in datagrams { send(renumbered(datagram, &protection, resealing: false).span.bytes) }
  }

  /// Sends datagrams that are not answered and so not kept: alerts.
  mutating func sendOnce(
    _ datagrams: [[UInt8]], _ protection: inout DTLSRecordProtection?, send: (RawSpan) -> Void
  ) {
    for datagram in datagrams { send(renumbered(datagram, &protection, resealing: false).span.bytes) }
  }

  /// Sends the flight again, and puts off the next time to twice the interval.
  mutating func resend(_ protection: inout DTLSRecordProtection?, at now: Instant, send: (RawSpan) -> Void) {
    interval = min(interval * 2, Self.longestInterval)
    retryAt = now + interval
    for datagram in datagrams { send(renumbered(datagram, &protection, resealing: true).span.bytes) }
  }

  /// No answer is awaited any more; what is kept is sent again on request only.
  mutating func rest() {
    retryAt = .distantFuture
  }

  /// What is kept is what OpenSSL wrote; the numbers on the wire are given here, at every sending.
  private mutating func renumbered(
    _ datagram: [UInt8], _ protection: inout DTLSRecordProtection?, resealing: Bool
  ) -> [UInt8] {
    guard let records = try? DTLSRecord.records(of: datagram.span.bytes) else {
      preconditionFailure("OpenSSL has written something other than records")
    }
    var result = datagram
    for record in records {
      if record.epoch == 0 {
        Self.setNumber(nextPlaintextNumber, of: record, in: &result)
        nextPlaintextNumber += 1
      } else if resealing {
        guard let resealed = protection?.resealed(record, in: datagram.span.bytes) else { continue }
        result.replaceSubrange(record.range, with: resealed)  // as long as before: content and suite are the same
      } else {
        protection?.skip(record.sequenceNumber)
      }
    }
    return result
  }

  private static func setNumber(_ number: UInt64, of record: DTLSRecord, in datagram: inout [UInt8]) {
    for (index, offset) in DTLSRecord.sequenceNumberRange.enumerated() {
      datagram[record.range.lowerBound + offset] = UInt8(truncatingIfNeeded: number >> (40 - 8 * index))
    }
  }
}
