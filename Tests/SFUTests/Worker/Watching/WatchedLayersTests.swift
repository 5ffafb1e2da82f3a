import RTP
import SFU
import ScriptedPeer
import Testing
import WebRTC

/// Which layers and codecs players are sent, and what they are told of them.
@Suite(.serialized) struct WatchedLayersTests {
  private let camera = MediaServer.Track("ann", .camera)

  /// Ann publishes three layers, whose packets are numbered from a hundred thousand times their place on.
  private func simulcast() throws -> (RoomUnderTest, viewer: RoomUnderTest.Member) {
    let room = try RoomUnderTest()
    let ann = room.add("ann")
    ann.publishing.descriptions.layers = ["low", "mid", "high"]
    room.offer(ann)
    for interval in [30, 15, 6] { ann.publishing.startLayer(every: .milliseconds(interval), at: SystemClock.now) }
    let viewer = room.watch("viewer", .init(video: camera))
    try room.run { ann.publishing.isConnected && viewer.connectionCount == 1 }
    try room.run(for: .milliseconds(1200))  // so that the layers are known
    return (room, viewer)
  }

  private func layer(_ layer: UInt8?) -> LayerWish {
    var wish = LayerWish()
    wish.spatialLayer = layer
    return wish
  }

  @Test func theReportNamesTheLayersOfWhatIsSelected() throws {
    let (room, viewer) = try simulcast()

    let report = try room.report(of: viewer)

    #expect(report.published.map(\.source) == [.camera])
    let layers = try #require(report.published.first?.layers)
    #expect(layers.map(\.rid) == ["low", "mid", "high"])
    let bits = layers.map(\.bitsPerSecond)
    #expect(bits.allSatisfy { $0 > 0 } && bits == bits.sorted(), "\(bits)")
    #expect(report.subscribed.map(\.track) == [camera] && report.subscribed.first?.state == .active)
    #expect(report.subscribed.first?.spatialLayer == 2)
  }

  @Test func aLayerIsWishedByItsPlaceInTheReport() throws {
    let (room, viewer) = try simulcast()
    try room.run { viewer.received(camera).last?.layer == 2 }

    for wanted in [0, 1, 2] {
      room.subscribe(viewer, to: camera, wishing: layer(UInt8(wanted)))
      let comes = try room.run { viewer.received(camera).last?.layer == wanted }
      #expect(comes, "\(wanted)")
    }
    room.subscribe(viewer, to: camera, wishing: layer(0))
    try room.run { viewer.received(camera).last?.layer == 0 }
    room.perform(.unsubscribe(viewer.name, [camera]))
    let isFree = try room.run { viewer.received(camera).last?.layer == 2 }

    #expect(isFree && viewer.received(camera).map { Int($0.sequence) }.haveNoGap)
  }

  @Test func whatWasWishedHoldsForWhatIsSelectedNext() throws {
    let (room, viewer) = try simulcast()
    let ben = room.add("ben")
    ben.publishing.descriptions.layers = ["low", "high"]
    room.offer(ben)
    for interval in [30, 10] { ben.publishing.startLayer(every: .milliseconds(interval), at: SystemClock.now) }
    try room.run { ben.publishing.layers.last?.count ?? 0 > 150 }
    room.subscribe(viewer, to: camera, wishing: layer(0))
    try room.run { viewer.received(camera).last?.layer == 0 }
    let other = MediaServer.Track("ben", .camera)

    let count = viewer.received(camera).count
    room.perform(.select("viewer", .init(video: other)))
    try room.run { viewer.received(other).count >= count + 20 }

    let report = try room.report(of: viewer)
    #expect(Array(viewer.received(other).dropFirst(count)).layers == [0], "\(viewer.received(other).layers)")
    #expect(report.subscribed.first?.spatialLayer == 0, "\(report)")
  }

  @Test func ofWhatIsNotThereTheReportSaysSo() throws {
    let room = try RoomUnderTest()
    let viewer = room.watch("viewer", .init(audio: .init("ann", .microphone), video: camera))
    try room.run { viewer.connectionCount == 1 }

    let report = try room.report(of: viewer)

    #expect(report.published.isEmpty)
    #expect(report.subscribed.map(\.state) == [.absent, .absent])
  }

  // MARK: Codecs

  private static func codec(_ payloadType: UInt8, _ name: String, _ parameters: String? = nil) -> CodecDescription {
    CodecDescription(
      payloadType: payloadType, name: name, clockRate: 90_000, parameters: parameters.map { FormatParameters($0) },
      feedback: [.nack])
  }
  private static let h264 = codec(
    102, "H264", "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f")

  @Test func aPlayerWithoutTheCodecIsAnsweredAndSentNothingUntilItFits() throws {
    let room = try RoomUnderTest()
    let ann = room.join("ann")
    ann.publishing.startCamera(every: .milliseconds(10), at: SystemClock.now)
    ann.publishing.startMicrophone(every: .milliseconds(20), at: SystemClock.now)
    try room.run { ann.publishing.camera?.count ?? 0 > 10 }
    let requestCount = ann.publishing.keyframeRequestCount

    let viewer = room.watch("viewer", .init(audio: .init("ann", .microphone), video: camera)) {
      $0.videoCodecs = [Self.h264]
    }
    try room.run { viewer.received("ann", .microphone).count >= 10 }
    try room.run(for: .milliseconds(2200))

    #expect(viewer.received(camera).isEmpty && viewer.refusals.isEmpty)
    #expect(ann.publishing.keyframeRequestCount == requestCount, "no keyframe would help")
    let report = try room.report(of: viewer)
    #expect(report.subscribed.map(\.state) == [.active, .absent])
    #expect(report.published.map(\.source) == [.microphone, .camera], "it is published all the same")
  }

  @Test func theCodecOfWhatIsSelectedStandsFirstInTheAnswer() throws {
    let room = try RoomUnderTest()
    let ann = room.add("ann")
    ann.publishing.descriptions.videoCodecs = [Self.codec(98, "VP9", "profile-id=0")]
    room.offer(ann)
    try room.run { ann.publishing.isConnected }

    let viewer = room.watch("viewer", .init(video: camera)) {
      $0.videoCodecs = [Self.codec(96, "VP8"), Self.h264, Self.codec(107, "VP9", "profile-id=0")]
    }
    try room.run { viewer.connectionCount == 1 }

    let answer = try SessionDescription(parsing: try #require(viewer.answers.first))
    #expect(answer.media[1].formats == ["107", "96", "102"])
  }

  @Test func aPlayerWithNumbersOfItsOwnIsSentThose() throws {
    let room = try RoomUnderTest()
    let ann = room.join("ann")
    ann.publishing.startCamera(every: .milliseconds(10), at: SystemClock.now)

    let viewer = room.watch("viewer", .init(video: camera)) { $0.videoCodecs = [Self.codec(120, "VP8")] }
    let comes = try room.run { viewer.received(camera).count >= 20 }

    #expect(comes && viewer.received(camera).compactMap(\.index).haveNoGap)
    #expect(viewer.watching.drops.isEmpty)
  }
}
