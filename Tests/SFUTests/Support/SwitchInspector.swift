import RTP
import SFU
import Testing
import WebRTC

/// Checks what one subscriber of a simulcast was sent, from outside: continuity of all numbers over switches.
///
/// Nothing was left out on purpose, so that within one encoding every number keeps its distance, and what is missing was
/// missing before.
struct SwitchInspector {
  /// A stretch of packets from one encoding.
  struct Stretch {
    var encoding: Int
    var items: [Item]
  }

  struct Item {
    var number: Int64
    var output: RouterBench.Output
    var source: SimulatedEncoder.Packet
  }

  private(set) var stretches: [Stretch] = []
  let seed: UInt64

  /// Puts what was sent in the order of its numbers and divides it where the encoding changes.
  init(_ outputs: [RouterBench.Output], of publisher: borrowing SimulatedPublisher, seed: UInt64) throws {
    self.seed = seed
    var unwrapper = Unwrapper.sequenceNumber
    var items: [Int64: Item] = [:]
    var stretchOf: [Int64: Int] = [:]
    var (stretch, present) = (-1, -1)
    for output in outputs {
      let number = unwrapper.unwrap(output.packet.sequence)
      let handle = PublishedStream.Handle(rawValue: output.packet.origin)
      let encoding = try #require(publisher.bench.streams.firstIndex(of: handle))
      let source = try #require(publisher.sent[encoding][output.packet.source])
      hold(items[number] == nil, "number \(number) was sent twice")
      items[number] = Item(number: number, output: output, source: source)
      if encoding != present { (stretch, present) = (stretch + 1, encoding) }
      stretchOf[number] = stretch
      if stretches.count <= stretch { stretches.append(Stretch(encoding: encoding, items: [])) }
    }
    for number in items.keys.sorted() {
      if let item = items[number], let stretch = stretchOf[number] { stretches[stretch].items.append(item) }
    }
  }

  /// Records what does not hold; `#expect` takes too long for every packet.
  private func hold(_ isTrue: Bool, _ sentence: @autoclosure () -> String) {
    if !isTrue { Issue.record("\(sentence()), seed \(seed)") }
  }

  /// Packets: distances stay within a stretch, and each begins behind the last with a hole only where a picture was cut.
  func checkSequence() {
    for (index, stretch) in stretches.enumerated() {
      guard let first = stretch.items.first else { continue }
      hold(first.source.startsKeyframe, "stretch \(index) begins with packet \(first.source)")
      for item in stretch.items {
        let offset = item.number - item.source.sequence
        hold(offset == first.number - first.source.sequence, "a distance within stretch \(index) changed")
        hold(item.output.packet.marker == item.source.marker, "a marker in stretch \(index) changed")
      }
      guard index > 0, let last = stretches[index - 1].items.last else { continue }
      let expected = last.number + (last.source.marker ? 1 : 2)
      hold(first.number == expected, "stretch \(index) begins \(first.number - expected) numbers off")
    }
  }

  /// Whatever came while its stretch was being sent was sent.
  func checkCompleteness(_ publisher: borrowing SimulatedPublisher) {
    for (index, stretch) in stretches.enumerated() {
      guard let first = stretch.items.first, let last = stretch.items.last else { continue }
      let begins = stretch.items.map(\.output.at).min() ?? .zero
      let ends =
        index + 1 < stretches.count ? stretches[index + 1].items.map(\.output.at).min() ?? .zero : last.output.at
      let sequences = Set(stretch.items.map(\.source.sequence))
      for number in first.source.sequence...last.source.sequence where !sequences.contains(number) {
        let arrival = publisher.arrived[stretch.encoding][number] ?? .distantFuture
        hold(arrival >= ends || arrival < begins, "packet \(number) of stretch \(index) is missing")
      }
    }
  }

  /// Time: frames in order, each as long after the first as it was taken after it.
  func checkTimestamps(within tolerance: Duration = .milliseconds(40)) {
    var unwrapper = Unwrapper.timestamp
    var previous: (timestamp: Int64, stretch: Int, frame: Int)?
    var first: (timestamp: Int64, at: Instant)?
    for (index, stretch) in stretches.enumerated() {
      for item in stretch.items {
        let timestamp = unwrapper.unwrap(item.output.packet.timestamp)
        if let previous {
          let isSame = previous.stretch == index && previous.frame == item.source.frame
          hold(
            isSame ? timestamp == previous.timestamp : timestamp > previous.timestamp,
            "time stands still or goes back in stretch \(index)")
        }
        previous = (timestamp, index, item.source.frame)
        let start = first ?? (timestamp, item.source.capturedAt)
        first = start
        let expected = (item.source.capturedAt - start.at).nanoseconds / 1000 * 90 / 1000
        let error = (timestamp - start.timestamp - expected).magnitude
        hold(Int64(error) <= tolerance.nanoseconds * 90 / 1_000_000, "\(error) ticks off in stretch \(index)")
      }
    }
  }

  /// Counters inside packets, as `read` finds them: as far apart as at the source, and one further at each stretch.
  func check(
    _ name: String, bits: Int64, read: (RouterBench.Output) throws -> Int?,
    source: (SimulatedEncoder.Packet) -> Int
  ) rethrows {
    let mask = Int64(1) << bits - 1
    var last: Int64?
    for stretch in stretches {
      guard let first = stretch.items.first else { continue }
      let start = try read(first.output).map(Int64.init)
      if let last { hold(start == (last + 1) & mask, "the \(name) leaps at a switch") }
      for item in stretch.items {
        let distance = Int64(source(item.source) - source(first.source))
        let number = try read(item.output).map(Int64.init)
        hold(number == ((start ?? 0) + distance) & mask, "the \(name) leaps within a stretch")
      }
      let newest = stretch.items.map { Int64(source($0.source) - source(first.source)) }.max() ?? 0
      last = ((start ?? 0) + newest) & mask
    }
  }
}
