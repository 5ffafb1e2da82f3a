import RTP
import TestSupport
import Testing
import WebRTC

/// Silence of a microphone that nobody hears is not opened, and nothing that the publisher is told shows it.
@Suite struct SkippingTests {
  private static let silence = AudioLevel(hasVoice: false, decibelsBelowOverload: 127)
  private static let sound = AudioLevel(hasVoice: true, decibelsBelowOverload: 30)

  /// Sends packets of silence every 20 ms, of which some are lost; how many were opened, and what the publisher was told.
  private func silence(
    _ pair: inout MediaPair, _ numbers: Range<Int>, at now: inout Instant, losing lost: (Int) -> Bool = { _ in false }
  ) throws -> (opened: Int, feedback: [[UInt8]]) {
    var (opened, feedback) = (0, [] as [[UInt8]])
    for number in numbers {
      let packet = try pair.sealedSound(UInt16(truncatingIfNeeded: number), Self.silence, at: now)
      now += .milliseconds(20)
      if !lost(number), case .packet = pair.open(packet, at: now).outcome { opened += 1 }
      feedback += pair.serverFeedback(at: now)
    }
    return (opened, feedback)
  }

  private func levelOffset(in packet: [UInt8]) throws -> Int {
    var cursor = HeaderExtensionCursor(try RTPHeader(parsing: packet.span.bytes))
    while let element = try cursor.next(in: packet.span.bytes) {
      if element.id == MediaPair.levelID { return element.range.lowerBound }
    }
    throw WireError.truncated
  }

  @Test func silenceIsSkippedAndReportedAsReceived() throws {
    var pair = MediaPair(soundFeedback: [.nack])
    var now = Instant.zero + .seconds(1)
    _ = pair.open(try pair.sealedSound(1, Self.sound, at: now), at: now)
    pair.server.incoming[0].skipsSilence = true
    now += .milliseconds(500)

    let (opened, feedback) = try silence(&pair, 2..<1002, at: &now)
    _ = pair.open(try pair.sealedSound(1002, Self.sound, at: now), at: now)

    #expect((20...26).contains(opened), "\(opened) of a thousand")
    #expect(pair.server.incoming[0].statistics.packetCount == 1002)
    #expect(pair.server.incoming[0].statistics.lostCount == 0)
    #expect(pair.browserReceives(feedback, at: now) == [], "nothing is asked for again")
  }

  @Test func whatIsLostOfSilenceIsReportedAsLost() throws {
    var pair = MediaPair()
    var now = Instant.zero + .seconds(1)
    _ = pair.open(try pair.sealedSound(1, Self.sound, at: now), at: now)
    pair.server.incoming[0].skipsSilence = true
    now += .milliseconds(500)

    _ = try silence(&pair, 2..<1002, at: &now) { $0 % 10 == 0 }
    _ = pair.open(try pair.sealedSound(1002, Self.sound, at: now), at: now)

    #expect(pair.server.incoming[0].statistics.lostCount == 100)
  }

  @Test func theRolloverCounterStaysKnownOverEveryWrap() throws {
    var pair = MediaPair()
    var now = Instant.zero + .seconds(1)
    _ = pair.open(try pair.sealedSound(30_000, Self.sound, at: now), at: now)
    pair.server.incoming[0].skipsSilence = true
    now += .milliseconds(500)

    let (opened, _) = try silence(&pair, 30_001..<80_000, at: &now)
    let after = pair.open(
      try pair.sealedSound(UInt16(truncatingIfNeeded: 80_000), Self.sound, at: now), at: now)

    guard case .packet(let packet) = after.outcome else {
      Issue.record("\(after.outcome)")
      return
    }
    #expect(packet.sequence == 80_000)
    #expect(opened < 1500)
    #expect(pair.server.droppedCount(.unauthenticated) == 0)
  }

  @Test func forgedSilenceHidesNothing() throws {
    var pair = MediaPair()
    var now = Instant.zero + .seconds(1)
    _ = pair.open(try pair.sealedSound(1, Self.sound, at: now), at: now)
    pair.server.incoming[0].skipsSilence = true
    now += .milliseconds(600)
    _ = try silence(&pair, 2..<10, at: &now)
    let genuine = try (10..<100).map { try pair.sealedSound(UInt16($0), Self.sound, at: now) }

    for packet in genuine {
      var forged = packet
      forged[try levelOffset(in: packet)] = 127
      _ = pair.open(forged, at: now)
    }
    var opened = 0
    for packet in genuine {
      if case .packet = pair.open(packet, at: now).outcome { opened += 1 }
    }

    #expect(opened == 90, "every genuine packet is opened")
    #expect(pair.server.incoming[0].statistics.lostCount == 0)
  }
}
