import Load

/// What came to one participant of a meeting while it was measured.
package struct ParticipantReport: Codable, Equatable {
  /// One track of another participant.
  package struct Stream: Codable, Equatable {
    /// Whose it is; empty if the server did not say.
    package var from: String
    package var isVideo: Bool
    package var packetsPerSecond: Double
    /// Whole ones.
    package var picturesPerSecond: Double
    package var expected: Int
    package var missed: Int
  }

  package var name: String
  /// From the opening of its session until media flowed; nil for who was the first, and to whom nothing came.
  package var joinMilliseconds: Double?
  package var packetsPerSecond: Double
  package var videoLatency: LoadReport.Times?
  package var audioLatency: LoadReport.Times?
  package var brokenFrames: Int
  package var expected: Int
  package var missed: Int
  package var streams: [Stream]

  /// - Parameter sources: whose track comes in each media description.
  init(_ name: String, joinTime: Int64?, _ figures: LoadFigures, _ sources: [String: String]) {
    let seconds = max(figures.seconds, 1e-9)
    self.name = name
    joinMilliseconds = joinTime.map { Double($0) / 1e6 }
    packetsPerSecond = Double(figures.packets) / seconds
    (videoLatency, audioLatency) = (LoadReport.Times(figures.video), LoadReport.Times(figures.audio))
    (brokenFrames, expected, missed) = (figures.brokenFrames, figures.expected, figures.missed)
    streams = figures.streams.filter { $0.packets > 0 }.map {
      Stream(
        from: sources[$0.mid] ?? "", isVideo: $0.isVideo, packetsPerSecond: Double($0.packets) / seconds,
        picturesPerSecond: Double($0.pictures) / seconds, expected: $0.expected, missed: $0.missed)
    }
  }
}
