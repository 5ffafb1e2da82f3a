package import RTP

/// What a load counts while it measures.
package struct LoadFigures: Sendable {
  /// Pictures, by the time from the sending of their last packet until they were whole.
  package var video = LatencyHistogram()
  /// Packets of sound, by their time on the way.
  package var audio = LatencyHistogram()
  /// Pictures that remained incomplete.
  package var brokenFrames = 0
  /// Packets of media that players received, repairs included.
  package var packets = 0
  package var repairs = 0
  /// Packets that only probe the path.
  package var padding = 0
  /// All that players received of either.
  package var bytes = 0
  /// Packets that could not be opened or belong to nothing.
  package var refused = 0
  /// By the sequence numbers: how many packets were due, and how many of them did not come the first time.
  package var expected = 0
  package var missed = 0
  /// What publishers sent.
  package var published = 0
  /// How late pictures and sound left, against when they were due.
  package var lateness = LatencyHistogram()
  /// Datagrams that the kernel dropped because this program had not read them.
  package var unread = 0
  /// Each stream of its own, where few peers are counted together.
  package var streams: [StreamFigures] = []
  /// How long was measured, and what processor time this program's thread took in it.
  package var seconds = 0.0
  package var processorSeconds = 0.0

  package init() {}

  /// Counts what was due and what was missed.
  package mutating func count(_ streams: [StreamFigures]) {
    for stream in streams {
      expected += stream.expected
      missed += stream.missed
    }
  }
}

/// What came of one stream while it was measured.
package struct StreamFigures: Equatable, Sendable {
  /// The media description it came in.
  package let mid: String
  package let isVideo: Bool
  package let packets: Int
  /// Whole ones.
  package let pictures: Int
  package let expected: Int
  package let missed: Int

  package init(mid: String, isVideo: Bool, packets: Int, pictures: Int, expected: Int, missed: Int) {
    (self.mid, self.isVideo, self.packets, self.pictures) = (mid, isVideo, packets, pictures)
    (self.expected, self.missed) = (expected, missed)
  }
}

/// The figures of a load while it runs: peers count into it between `begin` and `end`.
package final class LoadTally {
  /// Names this load in the stamps of its packets.
  package let run: UInt32
  package private(set) var figures = LoadFigures()
  /// The tally of all, into which everything is counted that is counted here.
  private let whole: LoadTally?
  private var window: Range<Instant>?

  package init(run: UInt32) {
    self.run = run
    whole = nil
  }

  /// A tally of some of the peers.
  package init(partOf whole: LoadTally) {
    self.whole = whole
    run = whole.run
  }

  package func begin(at now: Instant) {
    figures = LoadFigures()
    window = now..<Instant.distantFuture
  }

  /// What was sent from now on does not count any more; what is on the way still does.
  package func close(at now: Instant) {
    guard let begun = window?.lowerBound else { return }
    window = begun..<now
    figures.seconds = Double(now.nanoseconds(since: begun)) / 1e9
  }

  package func end() -> LoadFigures {
    window = nil
    return figures
  }

  /// Whether what happens at a moment counts.
  func measures(_ moment: Instant) -> Bool { window?.contains(moment) ?? false }

  /// Changes the figures if what is counted happened at a moment that is measured.
  package func count(at moment: Instant, _ change: (inout LoadFigures) -> Void) {
    guard measures(moment) else { return }
    change(&figures)
    if let whole { change(&whole.figures) }
  }
}
