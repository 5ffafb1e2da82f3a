package import RTP

/// One encoding of a synthetic picture: all of it, or a layer of a simulcast.
package struct VideoLayer: Equatable, Sendable {
  /// The name of the layer; nil without simulcast.
  package var rid: String?
  package var bitsPerSecond: Int
  package var width: UInt16
  package var height: UInt16
  /// One, two or three.
  package var temporalLayers = 1

  package init(rid: String? = nil, bitsPerSecond: Int, width: UInt16 = 1280, height: UInt16 = 720) {
    (self.rid, self.bitsPerSecond, self.width, self.height) = (rid, bitsPerSecond, width, height)
  }

  /// Three layers that take so much together, in the shares that libwebrtc gives them at 720 lines, each of three temporal ones.
  package static func simulcast(bitsPerSecond: Int) -> [VideoLayer] {
    let shares: [(String, Int, UInt16, UInt16)] = [("l", 6, 320, 180), ("m", 20, 640, 360), ("h", 74, 1280, 720)]
    return shares.map { rid, share, width, height in
      var layer = VideoLayer(rid: rid, bitsPerSecond: bitsPerSecond * share / 100, width: width, height: height)
      layer.temporalLayers = 3
      return layer
    }
  }
}

/// A camera and its encoder as the network sees them: pictures thirty times a second, divided into packets that a pacer lets go.
///
/// Unless it is to be watched there is no picture in it: the packets have the payload descriptors and keyframe headers of VP8, by which a server chooses layers, and a
/// `MediaStamp` where the picture would be.
package struct SyntheticVideo: Sendable {
  package static let frameInterval = Duration.nanoseconds(33_333_333)
  package static let clockRate = 90_000
  /// The payload of a full packet: with header, extensions and tag some 1150 bytes of UDP.
  package static let packetByteCount = 1110
  /// A keyframe is so many times as large as the other pictures.
  static let keyframeFactor = 3
  /// How far the sizes of pictures are from their mean, in percent.
  private static let variation = -15...15
  /// A payload has room for its descriptor, the header of a keyframe and the stamp.
  private static let leastByteCount = 100
  /// An encoder makes no second keyframe so soon after the first (libwebrtc).
  private static let keyframeInterval = Duration.milliseconds(300)
  /// A camera that could not be read for so long has lost the pictures in between.
  private static let catchUpLimit = Duration.milliseconds(100)

  private struct State {
    let layer: VideoLayer
    /// What earlier pictures left of the bytes that the rate allows.
    var budget = 0
    var wantsKeyframe = true
    var nextKeyframe = Instant.zero
    var pictureID: UInt16
    /// The number of the last picture of the lowest temporal layer.
    var baseIndex: UInt8 = 0
    let pattern: TemporalPattern
    /// How many pictures there were since the keyframe.
    var age = 0
  }

  private var states: [State]
  /// So many layers are encoded, from the first on.
  private var layerCount: Int
  /// What is shown by each layer; empty if nothing is.
  private var loops: [PictureLoop]
  private var pacing: VideoPacing
  private var nextFrameAt: Instant
  private var nextNumber: UInt32 = 0
  private var queue: [SyntheticPacket] = []
  private var queueStart = 0

  /// Layers in the order of the description, the first picture at `start`.
  package init(
    _ layers: [VideoLayer], burst: Duration = VideoPacing.burst, showing content: WatchableMedia? = nil,
    from start: Instant, using generator: inout some RandomNumberGenerator
  ) {
    layerCount = layers.count
    loops = content?.pictures.map { PictureLoop($0) } ?? []
    states = layers.map { layer in
      let pattern = TemporalPattern(layerCount: content == nil ? layer.temporalLayers : 1)
      return State(layer: layer, pictureID: .random(in: 0..<0x8000, using: &generator), pattern: pattern)
    }
    pacing = VideoPacing(bitsPerSecond: layers.reduce(0) { $0 + $1.bitsPerSecond }, burst: burst, at: start)
    nextFrameAt = start
  }

  /// The next picture of a layer is a keyframe.
  package mutating func requestKeyframe(of layer: Int) {
    guard states.indices.contains(layer) else { return }
    states[layer].wantsKeyframe = true
  }

  /// Encodes so many layers from the first on; one that comes again begins with a keyframe.
  package mutating func want(layers count: Int) {
    let count = min(max(0, count), states.count)
    for layer in states.indices where layerCount <= layer && layer < count {
      (states[layer].wantsKeyframe, states[layer].budget) = (true, 0)
    }
    layerCount = count
  }

  package var nextDeadline: Instant {
    queueStart < queue.count ? min(nextFrameAt, pacing.nextAt) : nextFrameAt
  }

  /// When the next picture is taken.
  package var nextFrame: Instant { nextFrameAt }

  /// The next packet that leaves by `now`, if there is one.
  package mutating func takeDue(
    at now: Instant, using generator: inout some RandomNumberGenerator
  ) -> SyntheticPacket? {
    takePictures(at: now, using: &generator)
    guard queueStart < queue.count, pacing.nextAt <= now else { return nil }
    let packet = queue[queueStart]
    queueStart += 1
    if queueStart == queue.count {
      queue.removeAll(keepingCapacity: true)
      queueStart = 0
    }
    pacing.send(byteCount: packet.byteCount, at: now)
    return packet
  }

  private mutating func takePictures(at now: Instant, using generator: inout some RandomNumberGenerator) {
    if now - nextFrameAt > Self.catchUpLimit { nextFrameAt = now }
    while nextFrameAt <= now {
      for layer in 0..<layerCount { encode(layer, at: nextFrameAt, using: &generator) }
      nextNumber &+= 1
      nextFrameAt += Self.frameInterval
    }
  }

  private mutating func encode(_ index: Int, at now: Instant, using generator: inout some RandomNumberGenerator) {
    let wantsKeyframe = states[index].wantsKeyframe && states[index].nextKeyframe <= now
    if wantsKeyframe {
      states[index].wantsKeyframe = false
      states[index].nextKeyframe = now + Self.keyframeInterval
    }
    let content = loops.isEmpty ? nil : loops[index].take(keyframe: wantsKeyframe)
    let isKeyframe = content?.isKeyframe ?? wantsKeyframe
    states[index].age = isKeyframe ? 0 : states[index].age + 1
    let temporal = states[index].pattern[states[index].age]
    if temporal.place.id == 0 { states[index].baseIndex &+= 1 }
    let (byteCount, packetCount) =
      content.map(Self.division) ?? takeDivision(index, isKeyframe, temporal.percent, using: &generator)
    let state = states[index]
    let picture = SyntheticPicture(
      number: nextNumber, layer: UInt8(index), isKeyframe: isKeyframe, size: (state.layer.width, state.layer.height),
      pictureID: state.pictureID, baseIndex: state.baseIndex, temporalLayer: temporal.place, byteCount: byteCount,
      packetCount: packetCount, content: content)
    states[index].pictureID = (state.pictureID + 1) & 0x7FFF
    for packet in 0..<picture.packetCount { queue.append(SyntheticPacket(picture: picture, index: packet)) }
  }

  /// The payloads of a picture that is shown: its bytes, a stamp, and a descriptor in each packet.
  private static func division(_ content: WatchableMedia.Picture) -> (byteCount: Int, packetCount: Int) {
    let room = packetByteCount - SyntheticPacket.descriptorByteCount
    let byteCount = content.bytes.count + MediaStamp.byteCount
    let packetCount = (byteCount + room - 1) / room
    return (byteCount + packetCount * SyntheticPacket.descriptorByteCount, packetCount)
  }

  private mutating func takeDivision(
    _ index: Int, _ isKeyframe: Bool, _ percent: Int, using generator: inout some RandomNumberGenerator
  ) -> (byteCount: Int, packetCount: Int) {
    let byteCount = takeByteCount(index, isKeyframe, percent, using: &generator)
    return (byteCount, (byteCount + Self.packetByteCount - 1) / Self.packetByteCount)
  }

  /// How large a picture is: as many full packets as the rate allows, what is left over is for the next one.
  private mutating func takeByteCount(
    _ index: Int, _ isKeyframe: Bool, _ percent: Int, using generator: inout some RandomNumberGenerator
  ) -> Int {
    let mean = states[index].layer.bitsPerSecond / 8 * Int(Self.frameInterval.nanoseconds / 1000) / 1_000_000
    let share = mean * (100 + .random(in: Self.variation, using: &generator)) / 100
    guard !isKeyframe else { return max(Self.leastByteCount, share * Self.keyframeFactor) }
    states[index].budget += share * percent / 100
    let count = states[index].budget / Self.packetByteCount
    let isSmall = count == 0
    let byteCount =
      isSmall ? states[index].budget : count * Self.packetByteCount - Int.random(in: 0..<count, using: &generator)
    states[index].budget -= byteCount
    return max(Self.leastByteCount, byteCount)
  }
}
