package import RTP

/// Notes when the packets of a transport arrived and reports it to the sender, which estimates its uplink from it
/// (draft-holmer-rmcat-transport-wide-cc-extensions-01).
///
/// One recorder for all streams of a transport, since they share one counter. What was reported as received is never reported
/// as lost later; a packet that came after the report that missed it is reported in the next one.
package struct ArrivalRecorder: ~Copyable {
  /// What one feedback packet may take: it has to fit a datagram after SRTCP and what goes before it.
  package static let feedbackByteLimit = 1100
  /// The longest time that a sender waits for news (`nextDeadline` comes from it).
  package static let interval = Duration.milliseconds(100)
  /// News after the end of a frame comes sooner: nothing else is on its way.
  package static let intervalAfterFrame = Duration.milliseconds(50)
  /// How far ahead of the newest authentic number one may be that is not: half of what may come late, so that forged numbers move
  /// the window only as far as genuine ones are still within it.
  private static let unprovenLead: Int64 = 1 << 8
  /// How far behind the newest number a packet may come and still be reported.
  private static let reorderingWindow: Int64 = 1 << 9
  /// Numbers kept until they are reported; at 5 000 packets a second a report is due long before.
  private static let capacity = 1 << 11
  /// What comes from one report to the next at ten megabits per second.
  private static let initialCapacity = 1 << 7

  private var unwrapper = Unwrapper.sequenceNumber
  /// Arrivals by number; `.distantFuture` stands for none.
  private var arrivals = FlatRing(
    count: ArrivalRecorder.initialCapacity, limit: ArrivalRecorder.capacity, absent: Instant.distantFuture)
  /// The first number of the next report.
  private var base: Int64?
  /// The end of what has been reported: below it, a hole was spoken of and a packet never is again.
  private var reported = Int64.min
  /// The newest number received.
  private var newest: Int64 = -1
  private var pendingCount = 0
  private var lastReport: Instant?
  private var feedbackCount: UInt8 = 0
  private var builder = TransportFeedbackBuilder(maximumByteCount: ArrivalRecorder.feedbackByteLimit)
  /// When the next report is due; nil while nothing arrived since the last one.
  package private(set) var nextDeadline: Instant?

  package init() {}

  /// Takes note of a packet with this transport-wide number; `endsFrame` when it is the last of its frame.
  package mutating func receive(_ number: SequenceNumber, endsFrame: Bool, arrival: Instant, now: Instant) {
    receive(unwrapper.unwrap(number), endsFrame: endsFrame, arrival: arrival, now: now)
  }

  /// Takes note of a packet that was not opened, unless its number is one that cannot be expected.
  package mutating func receiveUnproven(_ number: SequenceNumber, arrival: Instant, now: Instant) {
    let unwrapped = unwrapper.unwrapped(UInt32(number.rawValue))
    guard let proven = unwrapper.highest, unwrapped <= proven + Self.unprovenLead else { return }
    receive(unwrapped, endsFrame: false, arrival: arrival, now: now)
  }

  private mutating func receive(_ number: Int64, endsFrame: Bool, arrival: Instant, now: Instant) {
    guard makeRoom(for: number) else { return }
    let slot = Int(number)
    guard arrivals[slot] == .distantFuture else { return }
    arrivals[slot] = arrival
    pendingCount += 1
    newest = max(newest, number)
    let due = (lastReport ?? now) + (endsFrame ? Self.intervalAfterFrame : Self.interval)
    nextDeadline = min(nextDeadline ?? .distantFuture, max(due, now))
  }

  /// Hands over feedback packets until everything that arrived is reported; to be called when `nextDeadline` has come.
  package mutating func report(
    sender: SSRC, media: SSRC, at now: Instant,
    _ send: (borrowing TransportFeedbackBuilder, UInt8) throws(WireError) -> Void
  ) throws(WireError) {
    guard pendingCount > 0, let base else { return }
    // A late packet begins before what is reported already; there, holes are not losses and are not spoken of.
    builder.reset()
    for number in base...newest {
      if builder.isEmpty, number == max(base, reported) { builder.reset(base: number) }
      try report(number, send)
    }
    try finish(send)
    (self.base, reported) = (newest + 1, newest + 1)
    pendingCount = 0
    lastReport = now
    nextDeadline = nil
  }

  private mutating func report(
    _ number: Int64, _ send: (borrowing TransportFeedbackBuilder, UInt8) throws(WireError) -> Void
  ) throws(WireError) {
    let slot = Int(number)
    guard arrivals[slot] != .distantFuture else {
      guard number < reported else { return }
      try finish(send)
      builder.reset()
      return
    }
    if !builder.append(number, arrivedAt: arrivals[slot]) {
      try finish(send)
      builder.reset(base: builder.nextSequenceNumber)
      let fits = builder.append(number, arrivedAt: arrivals[slot])
      precondition(fits, "an empty feedback packet has room for the widest gap of the window")
    }
    arrivals[slot] = .distantFuture
  }

  private mutating func finish(
    _ send: (borrowing TransportFeedbackBuilder, UInt8) throws(WireError) -> Void
  ) throws(WireError) {
    guard !builder.isEmpty else { return }
    defer { feedbackCount &+= 1 }
    try send(builder, feedbackCount)
  }

  /// Moves the window so that it holds `number`; false when it is too old to be reported.
  private mutating func makeRoom(for number: Int64) -> Bool {
    guard let base else {
      self.base = number
      newest = number
      return true
    }
    guard number > newest - Self.reorderingWindow else { return false }
    growToSpan(min(base, number)..<max(newest, number) + 1)
    // One that comes after the report which missed it begins the next report.
    if number < base { self.base = number }
    let oldest = number - Int64(Self.capacity) + 1
    guard oldest > base else { return true }
    for forgotten in base..<min(oldest, newest + 1) { forget(forgotten) }
    self.base = oldest
    return true
  }

  /// Makes the ring large enough for all numbers from the first of the next report on, as far as it may be.
  private mutating func growToSpan(_ span: Range<Int64>) {
    while arrivals.canGrow, span.count > arrivals.count {
      let first = Int(base ?? span.lowerBound)
      arrivals.grow(keeping: first..<Int(newest) + 1)
    }
  }

  private mutating func forget(_ number: Int64) {
    guard arrivals[Int(number)] != .distantFuture else { return }
    arrivals[Int(number)] = .distantFuture
    pendingCount -= 1
  }
}
