import RTP
import SFU
import TestSupport
import Testing
import WebRTC

/// Frames of higher temporal layers are left out, and nothing shows that they were there.
@Suite struct TemporalLayerTests {
  private static let codecs: [MediaCodec] = [.vp8, .vp9(profile: 0), .h265(profile: 1, tier: 0), .av1(profile: 0)]

  private static func publisher(
    _ codec: MediaCodec, encodings: Int = 1, network: SimulatedPublisher.Network, seed: UInt64 = 1
  ) -> SimulatedPublisher {
    var publisher = SimulatedPublisher(codec, encodings: encodings, network: network, seed: seed)
    for index in publisher.encoders.indices { publisher.encoders[index].pattern = SimulatedEncoder.patternOfThree }
    return publisher
  }

  private static func sources(
    _ outputs: [RouterBench.Output], _ publisher: borrowing SimulatedPublisher
  ) throws -> [SimulatedEncoder.Packet] {
    var packets: [SimulatedEncoder.Packet] = []
    for output in outputs where output.packet.rewriting.payload != .padding {
      let encoding = try #require(
        publisher.bench.streams.firstIndex(of: PublishedStream.Handle(rawValue: output.packet.origin)))
      packets.append(try #require(publisher.sent[encoding][output.packet.source]))
    }
    return packets
  }

  @Test(arguments: codecs.indices, [UInt8(0), 1, 2])
  func onlyFramesAboveTheWishAreMissing(codec index: Int, wish: UInt8) throws {
    var publisher = Self.publisher(Self.codecs[index], network: .perfect)
    let subscription = publisher.bench.subscribe()
    publisher.setWish(.layer(nil, wish), of: subscription)

    publisher.run(for: .seconds(6))

    let outputs = publisher.bench.takeOutputs()
    let frames = Set(try Self.sources(outputs, publisher).map(\.frame))
    let wanted = Set(
      publisher.sent[0].values.filter { $0.temporalID <= wish && $0.capturedAt < publisher.now - .milliseconds(20) }
        .map(\.frame))
    let missing = wanted.subtracting(frames).count
    #expect(missing == 0)
    #expect(try Self.sources(outputs, publisher).allSatisfy { $0.temporalID <= wish })
    #expect(publisher.bench.router.progress(of: subscription).temporalLayer == Int(wish))
    Self.expectNoGap(outputs)
    try Self.expectPictures(outputs, publisher, Self.codecs[index].family)
  }

  private static func expectNoGap(_ outputs: [RouterBench.Output]) {
    let first = RouterBench.firstSequence
    let gap = outputs.indices.first { outputs[$0].packet.sequence != first.advanced(by: $0) }
    #expect(gap == nil)
  }

  /// Picture ids of VP8 count what is sent; those of VP9 and of descriptors, to which others refer, stay as they are.
  private static func expectPictures(
    _ outputs: [RouterBench.Output], _ publisher: borrowing SimulatedPublisher, _ codec: MediaCodec.Family
  ) throws {
    let sources = try sources(outputs, publisher)
    var previous: (frame: Int, number: Int)?
    for (output, source) in zip(outputs, sources) where codec == .vp8 || codec == .vp9 {
      let number = Int(output.packet.rewriting.pictureID)
      if let previous, previous.frame != source.frame {
        let expected = codec == .vp8 ? 1 : source.frame - previous.frame
        if (number - previous.number) & 0x7fff != expected { Issue.record("from \(previous) to \(source.frame)") }
      }
      previous = (source.frame, number)
    }
    guard codec == .vp8 else { return }
    for (output, source) in zip(outputs, sources) {
      let descriptor = try SwitchingTests.vp8(output)
      let first = try #require(sources.first)
      let isRight = Int(descriptor.tl0PictureIndex ?? 0) == (source.tl0 - first.tl0 + first.tl0) & 0xff
      if !isRight { Issue.record("TL0PICIDX of frame \(source.frame)") }
    }
  }

  @Test(arguments: codecs.indices)
  func theWishChangesWhatIsSentAtTheNextPictureThatAllows(codec index: Int) throws {
    var publisher = Self.publisher(Self.codecs[index], network: .perfect)
    let subscription = publisher.bench.subscribe()
    publisher.setWish(.layer(nil, 2), of: subscription)
    publisher.run(for: .seconds(2))
    _ = publisher.bench.takeOutputs()

    publisher.setWish(.layer(nil, 0), of: subscription)
    publisher.run(for: .milliseconds(40))
    _ = publisher.bench.takeOutputs()
    publisher.run(for: .seconds(2))
    let slow = try Self.sources(publisher.bench.takeOutputs(), publisher)
    publisher.setWish(.layer(nil, 2), of: subscription)
    publisher.run(for: .milliseconds(300))
    _ = publisher.bench.takeOutputs()
    publisher.run(for: .seconds(2))
    let fast = Set(try Self.sources(publisher.bench.takeOutputs(), publisher).map(\.frame))

    #expect(slow.allSatisfy { $0.temporalID == 0 })
    #expect(fast.count >= 59, "a frame every 33 ms")
    #expect(publisher.bench.takeRequests().isEmpty, "no keyframe is needed for that")
  }

  /// Every frame that is sent needs only frames that were sent: the picture before of a lower layer.
  @Test(arguments: codecs.indices, [UInt64(1), 2, 3])
  func whatIsSentCanBeDecodedWhateverIsWished(codec index: Int, seed: UInt64) throws {
    var publisher = Self.publisher(Self.codecs[index], network: .perfect, seed: seed)
    let subscription = publisher.bench.subscribe()

    for _ in 0..<200 {
      publisher.setWish(.layer(nil, .random(in: 0...2, using: &publisher.generator)), of: subscription)
      publisher.run(for: .milliseconds(.random(in: 20...250, using: &publisher.generator)))
    }

    let outputs = publisher.bench.takeOutputs()
    let packets = try Self.sources(outputs, publisher)
    let sent = Set(packets.map(\.frame))
    let all = Dictionary(grouping: publisher.sent[0].values, by: \.frame)
    for frame in sent {
      let packet = try #require(all[frame]?.first)
      guard !packet.isKeyframe else { continue }
      let needed = (1...4).map { frame - $0 }.first { other in
        let layer = all[other]?.first?.temporalID ?? 0
        return layer < packet.temporalID || (layer == 0 && packet.temporalID == 0)
      }
      if let needed, !sent.contains(needed) { Issue.record("frame \(frame) needs \(needed), seed \(seed)") }
      if all[frame]?.count != packets.count(where: { $0.frame == frame }) { Issue.record("frame \(frame) is cut") }
    }
    Self.expectNoGap(outputs)
    try Self.expectPictures(outputs, publisher, Self.codecs[index].family)
  }

  @Test(arguments: codecs.indices, [UInt64(1), 2])
  func underLossNoNumberIsGivenTwiceAndWhatComesLateIsFilled(codec index: Int, seed: UInt64) throws {
    var publisher = Self.publisher(Self.codecs[index], network: .bad, seed: seed)
    let subscription = publisher.bench.subscribe()
    publisher.setWish(.layer(nil, 0), of: subscription)

    publisher.run(for: .seconds(60))

    var unwrapper = Unwrapper.sequenceNumber
    let outputs = publisher.bench.takeOutputs()
    let numbers = outputs.map { unwrapper.unwrap($0.packet.sequence) }
    #expect(Set(numbers).count == numbers.count)
    let first = try #require(numbers.first)
    let last = try #require(numbers.max())
    let missing = Int(last - first + 1) - numbers.count
    let lost = publisher.sent[0].values.count { publisher.arrived[0][$0.sequence] == nil }
    #expect(missing <= lost, "\(missing) numbers are missing, \(lost) packets never came")
    #expect(outputs.contains { $0.packet.rewriting.payload == .padding })
    #expect(try Self.sources(outputs, publisher).allSatisfy { $0.temporalID == 0 })
    // Whatever of the base layer came was sent.
    let due = publisher.sent[0].values.count {
      $0.temporalID == 0 && publisher.arrived[0][$0.sequence] != nil
        && $0.sequence >= (outputs.map(\.packet.source).min() ?? 0)
    }
    let sent = Set(try Self.sources(outputs, publisher).map(\.sequence)).count
    // Where descriptors tell that a frame is missing that others need, those are not sent either.
    let isDescribed = Self.codecs[index].family == .av1
    #expect(sent >= (isDescribed ? due * 97 / 100 : due - 2), "\(sent) of \(due)")
  }

  @Test func shortPictureIDsAndAChangeOfWidthAreContinued() throws {
    var publisher = Self.publisher(.vp8, network: .perfect)
    publisher.encoders[0].hasShortPictureID = true
    let subscription = publisher.bench.subscribe()
    publisher.setWish(.layer(nil, 1), of: subscription)
    publisher.run(for: .seconds(8))
    publisher.encoders[0].hasShortPictureID = false
    publisher.run(for: .seconds(2))
    publisher.encoders[0].hasShortPictureID = true
    publisher.run(for: .seconds(2))

    let outputs = publisher.bench.takeOutputs()
    #expect(outputs.count > 150)
    #expect(try outputs.allSatisfy { try SwitchingTests.vp8($0).hasLongPictureID })
    try Self.expectPictures(outputs, publisher, .vp8)
    Self.expectNoGap(outputs)
  }

  /// Switches between encodings while layers are left out in both.
  @Test(arguments: codecs.indices, [UInt64(1), 2])
  func encodingsAndTemporalLayersChangeTogether(codec index: Int, seed: UInt64) throws {
    var publisher = Self.publisher(Self.codecs[index], encodings: 2, network: .perfect, seed: seed)
    let subscription = publisher.bench.subscribe()

    for _ in 0..<200 {
      let wish = LayerWish.layer(
        .random(in: 0...1, using: &publisher.generator), .random(in: 0...2, using: &publisher.generator))
      publisher.setWish(wish, of: subscription)
      publisher.run(for: .milliseconds(.random(in: 50...300, using: &publisher.generator)))
    }

    let outputs = publisher.bench.takeOutputs()
    #expect(Set(outputs.map(\.packet.origin)).count == 2)
    Self.expectNoGap(outputs)
    guard Self.codecs[index].family == .vp8 else { return }
    var previous: (frame: Int, origin: UInt64, id: UInt16, tl0: UInt8)?
    for (output, source) in zip(outputs, try Self.sources(outputs, publisher)) {
      let rewriting = output.packet.rewriting
      if let previous, (previous.frame, previous.origin) != (source.frame, output.packet.origin) {
        if rewriting.pictureID != (previous.id + 1) & 0x7fff { Issue.record("picture id, seed \(seed)") }
        if rewriting.tl0PictureIndex != previous.tl0 &+ (source.temporalID == 0 ? 1 : 0) { Issue.record("TL0PICIDX") }
      }
      previous = (source.frame, output.packet.origin, rewriting.pictureID, rewriting.tl0PictureIndex)
    }
  }
}
