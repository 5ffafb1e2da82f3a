/// What a peer has received of one stream: its pictures as they come together, and what is counted of it.
struct StreamReception {
  var frames = FrameWatch()
  /// Packets and whole pictures that were sent while it was measured.
  var packets = 0
  var pictures = 0
  /// What had been due and missed when the measuring began.
  private var expectedBefore = 0
  private var missedBefore = 0

  mutating func begin(expected: Int, missed: Int) {
    (packets, pictures) = (0, 0)
    (expectedBefore, missedBefore) = (expected, missed)
  }

  func figures(mid: String?, isVideo: Bool, expected: Int, missed: Int) -> StreamFigures {
    StreamFigures(
      mid: mid ?? "", isVideo: isVideo, packets: packets, pictures: pictures,
      expected: max(0, expected - expectedBefore), missed: max(0, missed - missedBefore))
  }
}
