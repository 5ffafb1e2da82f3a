import RTP
import SFU

/// A worker's readings in virtual time, four a second.
struct Strain {
  private(set) var now = Instant.zero + .seconds(100)

  /// More than it can do: a queue stands.
  mutating func tooMuch(delay: Duration = .milliseconds(40)) -> LoadReading {
    reading(1000, 1000, delay)
  }

  /// All that it can do, and in time.
  mutating func full() -> LoadReading { reading(975, 975, .milliseconds(3)) }

  mutating func enough() -> LoadReading { reading(900, 900, .milliseconds(3)) }

  /// Some time to spare, but not for twice as much.
  mutating func some() -> LoadReading { reading(700, 700, .milliseconds(1)) }

  mutating func little() -> LoadReading { reading(300, 300, .zero) }

  mutating func reading(_ recent: Int, _ share: Int, _ delay: Duration) -> LoadReading {
    now += LoadMeter.interval
    return LoadReading(at: now, recentShare: recent, share: share, standingDelay: delay)
  }
}
