import RTP

/// Somebody else's packets in the same queue.
struct CrossTraffic: Sendable {
  enum Kind: Sendable {
    /// A constant rate in bits per second.
    case constant(Int)
    /// A download that follows loss alone (TCP Reno).
    case download
  }

  var kind: Kind
  var begin: Duration
  var end: Duration
}

/// Sends cross traffic and, where it listens, hears of its packets.
final class CrossTrafficSender {
  private static let packetByteCount = 1200
  private static let timeout = Duration.seconds(1)

  let flow: Int
  private let traffic: CrossTraffic
  private var sentCount = 0
  private var sentAt = Instant.zero
  private var acknowledged = -1
  private var acknowledgements = FirstInFirstOut<(number: Int, at: Instant)>()
  private var window = 2.0
  private var threshold = Double.infinity
  private var halvedUntil = -1
  private var heardAt = Instant.zero

  init(_ traffic: CrossTraffic, flow: Int) {
    self.traffic = traffic
    self.flow = flow
    sentAt = .zero + traffic.begin
    heardAt = sentAt
  }

  func send(over link: SimulatedLink, at now: Instant) {
    guard now >= .zero + traffic.begin, now < .zero + traffic.end else { return }
    switch traffic.kind {
    case .constant(let rate):
      let interval = Duration.nanoseconds(Int64(Self.packetByteCount * 8) * 1_000_000_000 / Int64(rate))
      while sentAt <= now {
        sentAt += interval
        transmit(link, at: now)
      }
    case .download:
      hear(at: now)
      while Double(sentCount - acknowledged - 1) < window.rounded(.down) { transmit(link, at: now) }
    }
  }

  /// The other end has the packet; its acknowledgement comes back after this delay.
  func receive(_ number: Int, returnDelay: Duration, at now: Instant) {
    acknowledgements.append((number, now + returnDelay))
  }

  private func transmit(_ link: SimulatedLink, at now: Instant) {
    link.send(
      SimulatedPacket(flow: flow, number: sentCount, byteCount: Self.packetByteCount, content: .cross, sentAt: now))
    sentCount += 1
  }

  private func hear(at now: Instant) {
    while let next = acknowledgements.first, next.at <= now {
      acknowledgements.removeFirst()
      heardAt = now
      if next.number > acknowledged + 1, next.number > halvedUntil { halve() }
      acknowledged = max(acknowledged, next.number)
      window += window < threshold ? 1 : 1 / window
    }
    guard now - heardAt > Self.timeout else { return }
    (acknowledged, heardAt) = (sentCount - 1, now)
    (threshold, window) = (max(window / 2, 2), 2)
  }

  private func halve() {
    threshold = max(window / 2, 2)
    window = threshold
    halvedUntil = sentCount
  }
}
