import Load
import RTP
import TestSupport
import Testing

/// What leaves a synthetic camera is what a browser's encoder and pacer make of a picture.
@Suite struct SyntheticVideoTests {
  private static let start = Instant.zero + .seconds(10)

  /// All packets of so many seconds with the moments they left at, and what is done once a second.
  private func packets(
    _ layers: [VideoLayer], seconds: Int, burst: Duration = VideoPacing.burst,
    _ eachSecond: (inout SyntheticVideo, Int) -> Void = { _, _ in }
  ) -> [(at: Instant, packet: SyntheticPacket)] {
    var generator = SeededGenerator(seed: 7)
    var video = SyntheticVideo(layers, burst: burst, from: Self.start, using: &generator)
    var sent: [(Instant, SyntheticPacket)] = []
    for second in 0..<seconds {
      eachSecond(&video, second)
      let end = Self.start + .seconds(second + 1)
      while video.nextDeadline < end {
        let now = video.nextDeadline
        while let packet = video.takeDue(at: now, using: &generator) { sent.append((now, packet)) }
      }
    }
    return sent
  }

  @Test(arguments: [150_000, 500_000, 1_500_000, 8_000_000])
  func takesTheRateThatItIsGiven(bitsPerSecond: Int) {
    let sent = packets([VideoLayer(bitsPerSecond: bitsPerSecond)], seconds: 20)
    let ordinary = sent.filter { !$0.packet.picture.isKeyframe }

    let rate = ordinary.reduce(0) { $0 + $1.packet.byteCount * 8 } / 20
    #expect((bitsPerSecond * 97 / 100...bitsPerSecond * 102 / 100).contains(rate))
  }

  @Test func sendsThirtyPicturesASecondInPacketsThatDifferByAByte() {
    let sent = packets([VideoLayer(bitsPerSecond: 1_500_000)], seconds: 10)
    let pictures = Dictionary(grouping: sent.map(\.packet)) { $0.picture.number }

    #expect((299...301).contains(pictures.count))
    for packets in pictures.values {
      let sizes = packets.map(\.byteCount)
      #expect(sizes == sizes.sorted() && (sizes.last ?? 0) - (sizes.first ?? 0) <= 1, "the longer ones last")
      #expect(packets.map(\.index) == Array(0..<packets[0].picture.packetCount))
      #expect(packets.count(where: \.isLast) == 1)
    }
    let mean = sent.reduce(0) { $0 + $1.packet.byteCount } / sent.count
    #expect((1080...1110).contains(mean), "a full packet is the rule")
  }

  @Test func letsAnOrdinaryPictureGoAtOnceAndAKeyframeOfAFastStreamInPieces() {
    let sent = packets([VideoLayer(bitsPerSecond: 1_500_000)], seconds: 5, burst: .milliseconds(10))
    let pictures = Dictionary(grouping: sent) { $0.packet.picture.number }
    let spans = pictures.values.map { $0[$0.count - 1].at - $0[0].at }

    // Ten milliseconds of 3.75 Mbit/s are four packets; the rest follows at that rate.
    #expect(spans.allSatisfy { $0 < .milliseconds(60) })
    #expect(spans.contains { $0 > .milliseconds(20) }, "the keyframe")
    let atOnce = packets([VideoLayer(bitsPerSecond: 1_500_000)], seconds: 5)
    let ordinary = Dictionary(grouping: atOnce.filter { !$0.packet.picture.isKeyframe }) { $0.packet.picture.number }
    let whole = ordinary.values.count { packets in packets.allSatisfy { $0.at == packets[0].at } }
    #expect(whole > ordinary.count * 9 / 10)
  }

  @Test func pacesEachPacketWithoutBursts() {
    let sent = packets([VideoLayer(bitsPerSecond: 1_500_000)], seconds: 2, burst: .zero)
    let gaps = zip(sent, sent.dropFirst()).map { $1.at - $0.at }

    // A packet of 1110 bytes takes 2.4 ms at 3.75 Mbit/s.
    #expect(gaps.allSatisfy { $0 > .microseconds(2000) })
    #expect(gaps.count { $0 < .microseconds(2500) } > gaps.count / 2)
  }

  @Test func makesAKeyframeWhenAskedAndNotAnotherAtOnce() {
    let sent = packets([VideoLayer(bitsPerSecond: 500_000)], seconds: 4) { video, second in
      if second == 2 { video.requestKeyframe(of: 0) }
    }
    let keyframes = sent.filter { $0.packet.picture.isKeyframe && $0.packet.index == 0 }
    #expect(keyframes.map { ($0.at - Self.start).components.seconds } == [0, 2])

    let stormy = packets([VideoLayer(bitsPerSecond: 500_000)], seconds: 1) { video, _ in
      for _ in 0..<100 { video.requestKeyframe(of: 0) }
    }
    #expect(stormy.count { $0.packet.picture.isKeyframe && $0.packet.index == 0 } == 1)
  }

  @Test func hasDescriptorsThatAServerChoosesLayersBy() throws {
    let layers = VideoLayer.simulcast(bitsPerSecond: 2_000_000)
    let sent = packets(layers, seconds: 2)

    for layer in 0..<3 {
      let packets = sent.map(\.packet).filter { $0.picture.layer == layer }
      var pictureIDs: [UInt16] = []
      for packet in packets {
        let payload = try [UInt8](capacity: 1200) { output throws(WireError) in
          try packet.write(run: 5, sentAt: Self.start, into: &output)
        }
        #expect(payload.count == packet.byteCount)
        var data = payload.span.bytes
        let descriptor = try VP8PayloadDescriptor(reading: &data)
        #expect(descriptor.startsFrame == (packet.index == 0))
        #expect(descriptor.startsKeyframe(data) == (packet.index == 0 && packet.picture.isKeyframe))
        if descriptor.startsKeyframe(data) {
          let header = try VP8KeyframeHeader(parsing: data)
          #expect(header.width == Int(layers[layer].width) && header.height == Int(layers[layer].height))
        }
        if packet.index == 0 { pictureIDs.append(try #require(descriptor.pictureID)) }
        let stamp = try MediaStamp(endOf: payload.span.bytes)
        #expect(stamp.frame == packet.picture.number && Int(stamp.count) == packet.picture.packetCount)
      }
      #expect(zip(pictureIDs, pictureIDs.dropFirst()).allSatisfy { $1 == ($0 + 1) & 0x7FFF })
    }
  }

  @Test func encodesTheLayersThatAreWantedAndBeginsAgainWithAKeyframe() {
    let layers = VideoLayer.simulcast(bitsPerSecond: 2_000_000)
    let sent = packets(layers, seconds: 6) { video, second in
      switch second {
      case 1: video.want(layers: 1)
      case 3: video.want(layers: 0)
      case 4: video.want(layers: 9)
      default: break
      }
    }

    for second in 0..<6 {
      let packets = sent.filter { ($0.at - Self.start).components.seconds == second }.map(\.packet)
      let keyframes = packets.filter { $0.picture.isKeyframe && $0.index == 0 }.map(\.picture.layer)
      // What was encoded already still leaves.
      let settled = packets.filter { $0.picture.number % 30 > 3 }
      #expect(Set(settled.map(\.picture.layer)).count == [3, 1, 1, 0, 3, 3][second])
      #expect(Set(keyframes).count == [3, 0, 0, 0, 3, 0][second])
    }
  }

  @Test(arguments: [1, 2, 3])
  func numbersPicturesOfTheLowestTemporalLayer(layerCount: Int) throws {
    var layer = VideoLayer(bitsPerSecond: 1_500_000)
    layer.temporalLayers = layerCount
    let sent = packets([layer], seconds: 8) { video, second in
      if second == 3 { video.requestKeyframe(of: 0) }
    }
    let pictures = sent.map(\.packet).filter { $0.index == 0 }.map(\.picture)

    for (before, picture) in zip(pictures, pictures.dropFirst()) {
      let isBase = picture.temporalLayer.id == 0
      #expect(picture.baseIndex == before.baseIndex &+ (isBase ? 1 : 0))
      #expect(!picture.isKeyframe || isBase)
    }
    let lowest = pictures.count { $0.temporalLayer.id == 0 } * 100 / pictures.count
    #expect([98...100, 49...52, 24...27][layerCount - 1].contains(lowest))
    let ordinary = sent.filter { !$0.packet.picture.isKeyframe }
    let rate = ordinary.reduce(0) { $0 + $1.packet.byteCount * 8 } / 8
    #expect((1_400_000...1_550_000).contains(rate), "\(rate)")
  }

  @Test func losesThePicturesOfAPauseInsteadOfSendingThemAtOnce() {
    var generator = SeededGenerator(seed: 7)
    var video = SyntheticVideo([VideoLayer(bitsPerSecond: 500_000)], from: Self.start, using: &generator)
    var sent: [SyntheticPacket] = []
    while let packet = video.takeDue(at: Self.start + .seconds(3), using: &generator) { sent.append(packet) }
    #expect(Set(sent.map(\.picture.number)).count == 1)
  }
}
