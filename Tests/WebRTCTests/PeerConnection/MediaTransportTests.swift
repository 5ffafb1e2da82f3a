import CAllocationCounter
import RTP
import TestSupport
import Testing
import WebRTC

/// Without optimization even a closure that does not escape is on the heap.
private var canCountAllocations: Bool {
  #if DEBUG
    return false
  #else
    return allocation_counter_is_active()
  #endif
}

@Suite struct MediaTransportTests {
  /// VP8 (RFC 7741): S=1, PID=0, then a frame header whose lowest bit says whether it is a keyframe (0) or not (1).
  private static let keyframe: [UInt8] = [0x10, 0x00, 1, 2, 3]
  private static let delta: [UInt8] = [0x10, 0x01, 4, 5, 6]

  @Test func opensWhatThePeerSealed() throws {
    var pair = MediaPair()

    let video = pair.open(try pair.sealed(100, timestamp: 9000, payload: Self.keyframe, at: .zero), at: .zero)
    let audio = try pair.open(pair.sealed(7, on: MediaPair.audioStream, payload: [9, 9], at: .zero), at: .zero)

    let first = try #require(packet(video.outcome))
    #expect(video.media == Self.keyframe)
    #expect(first.isFirst && first.startsKeyframe && !first.isRepair)
    #expect(first.sequence == 100 && first.timestamp == 9000 && first.codec == .vp8)
    let second = try #require(packet(audio.outcome))
    #expect(audio.media == [9, 9])
    #expect(second.stream != first.stream && second.codec == .opus && !second.startsKeyframe)
  }

  @Test func findsStreamsByPayloadTypeWhenNothingNamesThem() throws {
    var pair = MediaPair(namesStreams: false)

    let video = pair.open(try pair.sealed(1, payload: Self.keyframe, at: .zero), at: .zero)
    let audio = pair.open(try pair.sealed(1, on: MediaPair.audioStream, payload: [9], at: .zero), at: .zero)

    #expect(packet(video.outcome)?.codec == .vp8)
    #expect(packet(audio.outcome)?.codec == .opus)
  }

  @Test func asksForWhatIsLostAndMergesTheRepair() throws {
    var pair = MediaPair()
    var lost: [UInt8] = []
    for number in UInt16(1)...6 {
      let sealed = try pair.sealed(number, payload: number == 1 ? Self.keyframe : Self.delta, at: .zero)
      if number == 3 { lost = sealed } else { _ = pair.open(sealed, at: .zero) }
    }

    let wanted = pair.browserReceives(pair.serverFeedback(at: .zero + .milliseconds(1)), at: .zero + .milliseconds(1))
    let repair = pair.open(try pair.sealedRepair(3, payload: Self.delta, at: .zero), at: .zero + .milliseconds(20))
    let late = pair.open(lost, at: .zero + .milliseconds(30))

    #expect(wanted == [.repairWanted(outgoing: MediaPair.videoStream, sequence: SequenceNumber(rawValue: 3))])
    let repaired = try #require(packet(repair.outcome))
    #expect(repair.media == Self.delta)
    #expect(repaired.sequence == 3 && repaired.isRepair && repaired.payloadType == MediaPair.videoType)
    #expect(reason(late.outcome) == .replayed)
  }

  @Test func withoutANegotiatedRepairStreamNothingIsSentTwice() throws {
    var pair = MediaPair(hasRepairs: false)
    _ = try pair.sealed(3, payload: Self.delta, at: .zero)

    #expect(throws: MediaSealError.cannotRepair) { try pair.sealedRepair(3, payload: Self.delta, at: .zero) }
    #expect(throws: MediaSealError.refused) { try pair.sealed(3, payload: Self.delta, at: .zero) }
  }

  @Test func aReplayedPacketIsDropped() throws {
    var pair = MediaPair()
    let sealed = try pair.sealed(1, payload: Self.keyframe, at: .zero)

    _ = pair.open(sealed, at: .zero)
    let again = pair.open(sealed, at: .zero)

    #expect(reason(again.outcome) == .replayed)
    let count = pair.server.droppedCount(.replayed)
    #expect(count == 1)
  }

  @Test func everyChangedByteIsNoticed() throws {
    var pair = MediaPair()
    let sealed = try pair.sealed(1, payload: Self.keyframe, at: .zero)

    for index in sealed.indices {
      var changed = sealed
      changed[index] ^= 1
      #expect(packet(pair.open(changed, at: .zero).outcome) == nil, "byte \(index)")
    }
    #expect(packet(pair.open(sealed, at: .zero).outcome) != nil)
  }

  @Test func junkIsDroppedAndCreatesNoStream() throws {
    var pair = MediaPair()
    var generator = SeededGenerator(seed: 3)

    for _ in 0..<2000 {
      var junk = (0..<Int.random(in: 0..<200, using: &generator)).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      if !junk.isEmpty { junk[0] = 0x80 | junk[0] & 0x3F }
      #expect(packet(pair.open(junk, at: .zero).outcome) == nil)
      #expect(pair.serverReceives([junk], at: .zero).isEmpty)
    }

    let streamCount = pair.server.incoming.count
    #expect(streamCount == 0)
    #expect(packet(pair.open(try pair.sealed(1, payload: Self.keyframe, at: .zero), at: .zero).outcome) != nil)
  }

  @Test func manyWishesForAKeyframeAreOneRequest() throws {
    var pair = MediaPair()
    let stream = try #require(
      packet(pair.open(try pair.sealed(1, payload: Self.keyframe, at: .zero), at: .zero).outcome)
    ).stream
    var requests = 0

    for millisecond in 0..<300 {
      let now = Instant.zero + .milliseconds(millisecond)
      pair.server.incoming[stream].requestKeyframe()
      requests +=
        pair.browserReceives(pair.serverFeedback(at: now), at: now).filter {
          $0 == .keyframeWanted(outgoing: MediaPair.videoStream)
        }.count
    }

    #expect(requests == 1)
  }

  @Test func feedbackOnArrivalsComesAtLeastEveryTenthOfASecond() throws {
    var pair = MediaPair()
    var times: [Int] = []

    for millisecond in 0..<1000 {
      let now = Instant.zero + .milliseconds(millisecond)
      if millisecond % 5 == 0 {
        let number = UInt16(millisecond / 5)
        _ = pair.open(
          try pair.sealed(number, timestamp: UInt32(millisecond * 90), payload: Self.delta, at: now), at: now)
      }
      if pair.server.nextDeadline <= now, !pair.serverFeedback(at: now).isEmpty { times.append(millisecond) }
    }

    let gaps = zip(times, times.dropFirst()).map { $1 - $0 }
    #expect(times.count >= 9)
    #expect(gaps.allSatisfy { $0 <= 100 })
  }

  @Test func reportsTellBothSidesTheRoundTrip() throws {
    var pair = MediaPair()
    for index in 0..<200 {
      let now = Instant.zero + .milliseconds(index * 20)
      let arrival = now + .milliseconds(40)
      let sealed = try pair.sealed(UInt16(index), timestamp: UInt32(index * 1800), payload: Self.delta, at: now)
      _ = pair.open(sealed, at: arrival)
      _ = pair.serverReceives(pair.browserReports(at: now), at: arrival)
      _ = pair.browserReceives(pair.serverFeedback(at: arrival), at: arrival + .milliseconds(40))
    }

    let roundTrip = pair.browser.roundTripTime
    let measured = try #require(roundTrip)
    #expect((Duration.milliseconds(75) ... .milliseconds(85)).contains(measured))
  }

  @Test(.enabled(if: canCountAllocations, "counted only in optimized builds without a sanitizer"))
  func openingAndSealingAllocateNothingPerPacket() throws {
    var pair = MediaPair()
    var packets: [[UInt8]] = []
    for number in UInt16(1)...3200 {
      packets.append(try pair.sealed(number, timestamp: UInt32(number) * 3000, payload: Self.delta, at: .zero))
    }
    // Nothing is reported meanwhile, so more and more arrivals wait for it, until the rings are full.
    for packet in packets.prefix(2200) { _ = pair.open(packet, at: .zero) }
    var opened = 0

    let before = allocation_count()
    for index in 2200..<3200 {
      packets[index].withUnsafeMutableBytes { buffer in
        var raw = MutableRawSpan(_unsafeBytes: buffer)
        if case .packet = pair.server.open(&raw, arrival: .zero, at: .zero) { opened += 1 }
      }
    }
    let after = allocation_count()

    #expect(opened == 1000)
    #expect(after == before)
  }

  private func packet(_ outcome: OpenedPacket) -> ReceivedPacket? {
    guard case .packet(let packet) = outcome else { return nil }
    return packet
  }

  private func reason(_ outcome: OpenedPacket) -> MediaDropReason? {
    guard case .dropped(let reason) = outcome else { return nil }
    return reason
  }
}
