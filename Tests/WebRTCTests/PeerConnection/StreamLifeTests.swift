import RTP
import Testing
import WebRTC

/// Streams of a publisher begin, end and make room for others.
@Suite struct StreamLifeTests {
  private static let keyframe: [UInt8] = [0x10, 0x00, 1, 2, 3]

  @Test func aStreamBeginsWithItsFirstMediaAndNotWithPadding() throws {
    var pair = MediaPair()

    let probe = pair.open(try pair.sealed(1, payload: [], at: .zero), at: .zero)
    let media = pair.open(try pair.sealed(2, payload: Self.keyframe, at: .zero), at: .zero)
    let more = pair.open(try pair.sealed(3, payload: Self.keyframe, at: .zero), at: .zero)

    guard case .probe = probe.outcome else {
      Issue.record("padding is a probe")
      return
    }
    #expect(isFirst(media.outcome) == true)
    #expect(isFirst(more.outcome) == false)
  }

  @Test func streamsThatEndedMakeRoomForNewOnes() throws {
    var pair = MediaPair()
    var paused = pair.media
    paused[0].direction = .inactive
    var endedCount = 0

    for round in UInt32(0)..<100 {
      let stream = pair.addCamera(SSRC(rawValue: 1000 + round))
      let opened = pair.open(try pair.sealed(1, on: stream, payload: Self.keyframe, at: .zero), at: .zero)
      try #require(isFirst(opened.outcome) == true, "round \(round)")
      pair.server.update(paused) { _ in endedCount += 1 }
      let late = pair.open(try pair.sealed(2, on: stream, payload: Self.keyframe, at: .zero), at: .zero)
      #expect(isFirst(late.outcome) == nil)
      let media = pair.media
      pair.server.update(media)
    }

    let count = pair.server.incoming.count
    #expect(endedCount == 100)
    #expect(count <= 32)
  }

  @Test func liveStreamsAreNotPushedOut() throws {
    var pair = MediaPair()
    var openedCount = 0

    for round in UInt32(0)..<100 {
      let stream = pair.addCamera(SSRC(rawValue: 1000 + round))
      let opened = pair.open(try pair.sealed(1, on: stream, payload: Self.keyframe, at: .zero), at: .zero)
      if isFirst(opened.outcome) == true { openedCount += 1 }
    }

    let refused = pair.server.droppedCount(.tooManyStreams)
    #expect(openedCount == 32)
    #expect(refused == 68)
  }

  @Test func aDescriptionThatIsGivenToAnotherTrackEndsTheStreamOfTheFirst() throws {
    var pair = MediaPair()
    _ = pair.open(try pair.sealed(1, payload: Self.keyframe, at: .zero), at: .zero)
    var media = pair.media
    media[0].mid = "7"
    var ended: [Int] = []

    pair.server.update(media) { ended.append($0) }

    #expect(ended == [0])
  }

  @Test func aPeerThatKnowsOnlyCommandsIsCommandedAndEachCommandHasItsNumber() throws {
    var pair = MediaPair(feedback: [.nack, .fullIntraRequest])
    let wish = FeedbackEvent.keyframeWanted(outgoing: MediaPair.videoStream)
    _ = pair.open(try pair.sealed(1, payload: Self.keyframe, at: .zero), at: .zero)

    pair.server.incoming[0].requestKeyframe()
    let first = pair.serverFeedback(at: .zero + .milliseconds(1))
    let again = pair.serverFeedback(at: .zero + .milliseconds(1100))
    let wishes = pair.browserReceives(first, at: .zero)

    #expect(wishes.contains(wish))
    #expect(pair.browserReceives(again, at: .zero).contains(wish), "an unanswered command is repeated")
  }

  private func isFirst(_ outcome: OpenedPacket) -> Bool? {
    guard case .packet(let packet) = outcome else { return nil }
    return packet.isFirst
  }
}
