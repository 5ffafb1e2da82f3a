import RTP
import SFU
import STUN
import ScriptedPeer
import Testing
import WebRTC

/// What goes from a room's home to a worker that mirrors it, when that has no time, and when not all of it is of use.
@Suite(.serialized) struct MirrorRingTests {
  private static let burstCount = 8
  /// Video may take so many of 64 slots.
  private static let ringRoom: UInt64 = 56

  private func watched(_ change: (inout BrowserDescriptions) -> Void = { _ in }) throws -> MirrorUnderTest {
    let stage = try MirrorUnderTest(change)
    #expect(try stage.publish())
    stage.ann.startCamera(every: .milliseconds(2), at: SystemClock.now)
    try stage.watch()
    #expect(try stage.run { stage.pictures.count >= 20 })
    return stage
  }

  @Test func whatDoesNotFitTheRingComesWhenThereIsRoom() throws {
    let stage = try watched()
    let before = (stage.homeStatistics, stage.ann.camera?.count ?? 0)
    let requests = stage.ann.keyframeRequestCount

    while (stage.ann.camera?.count ?? 0) < before.1 + 200 { try stage.turnHome() }
    let passed = stage.homeStatistics.mirroredPackets - before.0.mirroredPackets
    stage.ann.camera?.stop()
    let sent = stage.ann.camera?.count ?? 0
    let isWhole = try stage.run { stage.pictures.last?.index == sent - 1 }

    #expect(passed <= Self.ringRoom, "the ring was full: \(passed)")
    #expect(isWhole)
    #expect(stage.pictures.compactMap(\.index).haveNoGap && stage.pictures.map { Int($0.sequence) }.haveNoGap)
    #expect(stage.pictures.allSatisfy { !$0.isRepair }, "nobody had to ask")
    #expect(stage.ann.keyframeRequestCount == requests)
    #expect(stage.homeStatistics.dropped[.mirrorBusy] == nil)
  }

  @Test func soundFindsRoomInARingThatIsFullOfPictures() throws {
    let stage = try watched()
    stage.ann.startMicrophone(every: .milliseconds(20), at: SystemClock.now)
    #expect(try stage.run { stage.viewer.received.count > stage.pictures.count })
    let before = (stage.homeStatistics, stage.ann.camera?.count ?? 0)

    while (stage.ann.camera?.count ?? 0) < before.1 + 120 { try stage.turnHome() }
    let passed = stage.homeStatistics.mirroredPackets - before.0.mirroredPackets

    #expect(passed > Self.ringRoom && passed <= 64, "\(passed)")
    #expect(stage.homeStatistics.dropped[.mirrorBusy] == nil)
  }

  @Test func whatNobodyTookForASecondIsCountedAndTheRestGoesOn() throws {
    let stage = try watched()
    let end = SystemClock.now + .milliseconds(1600)

    while SystemClock.now < end { try stage.turnHome() }
    let before = stage.pictures.count
    let goesOn = try stage.run { stage.pictures.count >= before + 200 }

    #expect(stage.homeStatistics.dropped[.mirrorBusy, default: 0] > 0)
    #expect(goesOn)
    let newest = stage.pictures.suffix(50)
    #expect(Array(newest).compactMap(\.index).haveNoGap)
  }

  @Test func layersThatNobodyNeedsThereAreNotHandedOver() throws {
    let stage = try MirrorUnderTest { $0.layers = ["low", "high"] }
    #expect(try stage.publish())
    stage.ann.startLayer(every: .milliseconds(40), at: SystemClock.now)
    stage.ann.startLayer(every: .milliseconds(10), at: SystemClock.now)
    try stage.watch()
    #expect(try stage.run { stage.pictures.contains { ($0.index ?? 0) > 100_000 } })

    var small = LayerWish()
    small.spatialLayer = 0
    stage.wish(small)
    try stage.run(for: LayerDemand.patience + .seconds(2))
    let whileSmall = try share(of: stage)
    stage.wish(LayerWish())
    let before = stage.pictures.count
    let isLarge = try stage.run { stage.pictures[before...].count { ($0.index ?? 0) > 100_000 } >= 50 }
    let whileLarge = try share(of: stage)

    #expect((0.1...0.3).contains(whileSmall), "a fifth of all packets: \(whileSmall)")
    #expect(isLarge && whileLarge > 0.95, "\(whileLarge)")
    #expect(stage.otherStatistics.dropped[.unnegotiated] == nil)
  }

  /// How much of what comes is handed over.
  private func share(of stage: MirrorUnderTest) throws -> Double {
    let before = stage.homeStatistics
    try stage.run(for: .milliseconds(500))
    let after = stage.homeStatistics
    return Double(after.mirroredPackets - before.mirroredPackets) / Double(after.mediaPacketsIn - before.mediaPacketsIn)
  }

  @Test func aPlayerIsAnsweredInTheCodecThatComes() throws {
    let codecs = [("VP9", 98, "profile-id=0"), ("VP8", 96, nil)].map { name, type, parameters in
      CodecDescription(
        payloadType: UInt8(type), name: name, clockRate: 90_000, parameters: parameters.map { FormatParameters($0) },
        feedback: [.nack])
    }
    let stage = try MirrorUnderTest { $0.videoCodecs = codecs }
    #expect(try stage.publish())
    stage.ann.startCamera(every: .milliseconds(5), at: SystemClock.now)
    try stage.run(for: .milliseconds(200))

    stage.viewer.descriptions.videoCodecs = codecs
    try stage.watch()
    #expect(try stage.run { stage.answer != nil })

    let answer = try SessionDescription(parsing: try #require(stage.answer))
    #expect(answer.media[1].formats.first == "96")
  }

  @Test func aWorkerWithoutPlaceForTheRoomRefusesItAndIsHandedNothing() throws {
    let stage = try MirrorUnderTest(roomLimit: 0)
    #expect(try stage.publish())

    for _ in 0..<2 {
      try stage.watch()
      try stage.run(for: .milliseconds(50))
    }

    #expect(stage.isRefused && stage.otherStatistics.mirroredRooms == 0)
    #expect(stage.homeStatistics.mirroredPackets == 0)
  }

  @Test(.enabled(if: canCountAllocations, "counted only in optimized builds without a sanitizer"))
  func aPacketThatIsMirroredAllocatesNothing() throws {
    let stage = try watched()
    let quiet = stage.ann.camera?.count ?? 0
    stage.ann.camera?.stop()
    try stage.run(for: .milliseconds(100))

    let packetCount = (WorkerLoopTests.burstsUntilRingsAreFull + 120) * Self.burstCount
    let packets = try (quiet..<quiet + packetCount).map { number in
      let packet = try #require(stage.ann.camera?.packet(number))
      stage.ann.send(packet, isRepair: false, at: SystemClock.now)
      return try #require(stage.ann.takeOutgoing().first)
    }
    var (countedTurns, allocations) = (0, 0)
    for start in stride(from: 0, to: packets.count, by: Self.burstCount) {
      guard let count = stage.allocations(forwarding: packets[start..<start + Self.burstCount]),
        start >= WorkerLoopTests.burstsUntilRingsAreFull * Self.burstCount
      else { continue }
      countedTurns += 1
      allocations += count
    }

    #expect(countedTurns >= 20, "\(countedTurns)")
    #expect(allocations == 0)
  }
}
