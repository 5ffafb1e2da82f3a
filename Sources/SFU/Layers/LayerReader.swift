package import RTP
package import WebRTC

/// Reads of every packet of one published stream which layer it belongs to, and keeps what later packets presuppose.
package struct LayerReader: ~Copyable {
  private let inPlace = InPlace()
  /// What is known of a packet before it is looked into.
  package struct Packet {
    package var codec: MediaCodec.Family
    package var sequence: Int64
    package var timestamp: Int64
    package var marker: Bool
    package var startsKeyframe: Bool

    package init(
      _ codec: MediaCodec.Family, sequence: Int64, timestamp: Int64, marker: Bool, startsKeyframe: Bool
    ) {
      (self.codec, self.sequence, self.timestamp) = (codec, sequence, timestamp)
      (self.marker, self.startsKeyframe) = (marker, startsKeyframe)
    }
  }

  /// A spatial layer that has not been seen for so long, and in so many pictures, counts as switched off: a screen may have
  /// one picture in many seconds.
  private static let spatialPatience = Duration.seconds(1)
  private static let spatialPictureCount = 5

  private struct Sighting {
    var at: Instant
    var picture: Int
  }

  /// The targets of the dependency descriptor; none as long as no structure has come.
  package private(set) var targets = DecodeTargets()
  private var structure: DependencyStructure?
  /// The packet that said last which targets there are.
  private var describedAt = Int64.min
  /// The sizes of the spatial layers, as far as they are known; a stream without has one.
  private var sizes = InlineArray<8, PictureSize?>(repeating: nil)
  private var pictureNumbers = PictureNumbers()
  private var frameNumbers = Unwrapper.sequenceNumber
  /// When each spatial layer of a payload descriptor was seen last, or announced.
  private var sightings = InlineArray<8, Sighting?>(repeating: nil)
  private var pictureCount = 0
  private var newestAt = Instant.zero
  /// What each spatial layer brought in this period, and in the last second, in bits.
  private var byteCounts = InlineArray<8, Int>(repeating: 0)
  private var rates = InlineArray<8, Int>(repeating: 0)
  /// What each takes while it is sent.
  private var sustained = InlineArray<8, SustainedRate>(repeating: SustainedRate())
  /// What the temporal layers take of it.
  package private(set) var temporalShares = TemporalShares()
  private var highestTemporalID: UInt8 = 0
  private var newest: (sequence: Int64, timestamp: Int64)?

  package init() {}

  /// The size of a spatial layer; nil while it is not known.
  package func size(of spatialID: Int) -> PictureSize? { spatialID < 8 ? sizes[spatialID] : nil }

  /// The highest spatial layer within the stream that is being sent.
  package var highestSpatialID: UInt8 {
    guard targets.count == 0 else { return targets.highest.spatialID }
    for layer in stride(from: 7, to: 0, by: -1) {
      guard let seen = sightings[layer] else { continue }
      let isRecent =
        newestAt - seen.at <= Self.spatialPatience || pictureCount - seen.picture < Self.spatialPictureCount
      if isRecent { return UInt8(layer) }
    }
    return 0
  }

  /// The highest temporal layer that the stream has had.
  package var temporalLayerCount: Int {
    Int(targets.count == 0 ? highestTemporalID : targets.highest.temporalID) + 1
  }

  /// What a spatial layer brought in the last second, without those below it.
  package func bitsPerSecond(of spatialID: Int) -> Int { spatialID < 8 ? rates[spatialID] : 0 }

  /// What a spatial layer takes while it is sent, without those below it.
  package func sustainedRate(of spatialID: Int) -> SustainedRate { sustained[min(spatialID, 7)] }

  /// Ends a period of counting.
  package mutating func closeCounts(after period: Duration) {
    temporalShares.close()
    for layer in 0..<8 {
      rates[layer] = Int(Double(byteCounts[layer] * 8) * 1e9 / Double(max(1, period.nanoseconds)))
      byteCounts[layer] = 0
      sustained[layer].close(after: period.nanoseconds)
    }
  }

  /// Reads one packet; nil for one whose descriptor cannot be read, which nobody could decode. `descriptor` is empty if it has none.
  ///
  /// One that was kept and is read again, for somebody who begins with it, `isRepeated` and adds nothing to the rates.
  package mutating func read(
    _ packet: Packet, payload: RawSpan, descriptor: RawSpan, at now: Instant, isRepeated: Bool = false
  ) -> PacketLayers? {
    var layers = PacketLayers()
    layers.endsFrame = packet.marker
    layers.startsKeyframe = packet.startsKeyframe
    do throws(WireError) {
      switch packet.codec {
      case .opus, .red: return layers
      case .vp8: try readVP8(packet, payload, &layers)
      case .vp9: try readVP9(packet, payload, &layers, now)
      case .h264: readH264(packet, payload, &layers)
      case .h265: try readH265(packet, payload, &layers)
      case .av1: if layers.startsKeyframe { sizes[0] = AV1SequenceHeader.pictureSize(payload) ?? sizes[0] }
      }
      if layers.startsKeyframe { layers.isInterPicturePredicted = false }
      if descriptor.byteCount > 0 { try read(descriptor, of: packet, &layers) }
    } catch {
      return nil
    }
    highestTemporalID = max(highestTemporalID, layers.temporalID)
    if !isRepeated { count(payload.byteCount, of: layers) }
    newestAt = max(newestAt, now)
    if newest.map({ $0.sequence < packet.sequence }) ?? true { newest = (packet.sequence, packet.timestamp) }
    return layers
  }
}

// MARK: - Payloads
extension LayerReader {
  private mutating func count(_ byteCount: Int, of layers: PacketLayers) {
    byteCounts[Int(layers.spatialID & 7)] += byteCount
    sustained[Int(layers.spatialID & 7)].receive(byteCount: byteCount)
    temporalShares.receive(byteCount: byteCount, temporalID: layers.temporalID)
  }

  private mutating func readVP8(
    _ packet: Packet, _ payload: RawSpan, _ layers: inout PacketLayers
  ) throws(WireError) {
    var data = payload
    let descriptor = try VP8PayloadDescriptor(reading: &data)
    layers.format = .vp8
    layers.pictureID = descriptor.pictureID.map {
      pictureNumbers.unwrap($0, isLong: descriptor.hasLongPictureID, sequence: packet.sequence)
    }
    layers.tl0PictureIndex = descriptor.tl0PictureIndex
    layers.keyIndex = descriptor.keyIndex
    if let layer = descriptor.temporalLayer {
      layers.temporalID = layer.id
      layers.switchingPoint = layer.isSwitchingPoint ? .here : .none
    }
    guard packet.startsKeyframe, let header = try? VP8KeyframeHeader(parsing: data) else { return }
    sizes[0] = PictureSize(width: header.width, height: header.height)
  }

  private mutating func readVP9(
    _ packet: Packet, _ payload: RawSpan, _ layers: inout PacketLayers, _ now: Instant
  ) throws(WireError) {
    var data = payload
    let descriptor = try VP9PayloadDescriptor(reading: &data)
    layers.format = .vp9
    layers.spatialID = descriptor.spatialID
    layers.temporalID = descriptor.temporalID
    layers.endsFrame = descriptor.endsFrame
    layers.isInterPicturePredicted = descriptor.isInterPicturePredicted
    layers.isNeededAbove = !descriptor.isNotReferenceForUpperLayers
    layers.switchingPoint = descriptor.layer?.isSwitchingUpPoint ?? false ? .afterwards : .none
    layers.pictureID = descriptor.pictureID.map {
      pictureNumbers.unwrap($0, isLong: descriptor.hasLongPictureID, sequence: packet.sequence)
    }
    layers.tl0PictureIndex = descriptor.tl0PictureIndex
    if newest.map({ $0.timestamp < packet.timestamp }) ?? true { pictureCount += 1 }
    sightings[Int(descriptor.spatialID)] = Sighting(at: now, picture: pictureCount)
    if let structure = descriptor.structure {
      announce(structure, at: now)
    } else if packet.startsKeyframe, let header = try? VP9KeyframeHeader(parsing: data) {
      sizes[0] = header.size
    }
  }

  private mutating func announce(_ structure: VP9ScalabilityStructure, at now: Instant) {
    for layer in 0..<8 {
      sightings[layer] = layer < structure.spatialLayerCount ? Sighting(at: now, picture: pictureCount) : nil
      guard layer < structure.widths.count else { continue }
      sizes[layer] = PictureSize(width: Int(structure.widths[layer]), height: Int(structure.heights[layer]))
    }
  }

  private mutating func readH264(_ packet: Packet, _ payload: RawSpan, _ layers: inout PacketLayers) {
    guard packet.startsKeyframe else { return }
    sizes[0] = H264.pictureSize(payload) ?? sizes[0]
    layers.startsKeyframe = H264.hasLeadingParameterSet(payload) || beginsPicture(packet)
  }

  private mutating func readH265(
    _ packet: Packet, _ payload: RawSpan, _ layers: inout PacketLayers
  ) throws(WireError) {
    let layer = try H265.temporalLayer(payload)
    layers.temporalID = layer.id
    layers.switchingPoint = layer.isSwitchingPoint ? .fromBelow : .none
    guard packet.startsKeyframe else { return }
    sizes[0] = H265.pictureSize(payload) ?? sizes[0]
    layers.startsKeyframe = H265.hasLeadingParameterSet(payload) || beginsPicture(packet)
  }

  /// Whether the packet is known to be the first of its picture: the one before it is of another. A keyframe without parameter
  /// sets, which came before or are on their way, is no beginning.
  private func beginsPicture(_ packet: Packet) -> Bool {
    guard let newest else { return false }
    return newest.sequence == packet.sequence - 1 && newest.timestamp != packet.timestamp
  }
}

// MARK: - Dependency descriptors
extension LayerReader {
  /// Throws `missingContext` for a packet of a structure that has not come.
  private mutating func read(
    _ value: RawSpan, of packet: Packet, _ layers: inout PacketLayers
  ) throws(WireError) {
    let descriptor = try DependencyDescriptor(parsing: value, structure: structure)
    // A packet that comes late says how things were.
    if packet.sequence >= describedAt {
      if let attached = descriptor.attachedStructure { take(attached) }
      if let mask = descriptor.activeDecodeTargets {
        targets.active = mask
        describedAt = packet.sequence
      }
    }
    layers.spatialID = descriptor.frame.spatialID
    layers.temporalID = descriptor.frame.temporalID
    layers.endsFrame = descriptor.isLastPacketOfFrame
    layers.frame = PacketLayers.DescribedFrame(
      number: frameNumbers.unwrap(UInt32(descriptor.frameNumber)), dependencies: descriptor.frame,
      isFirstPacket: descriptor.isFirstPacketOfFrame)
    guard descriptor.attachedStructure != nil, descriptor.isFirstPacketOfFrame else { return }
    // Also where the payload is encrypted from end to end.
    if descriptor.frame.frameDiffs.count == 0 { layers.startsKeyframe = true }
  }

  private mutating func take(_ attached: DependencyStructure) {
    guard attached != structure else { return }
    structure = attached
    targets = DecodeTargets(attached)
    for layer in attached.resolutions.indices where layer < 8 {
      sizes[layer] = PictureSize(
        width: attached.resolutions[layer].width, height: attached.resolutions[layer].height)
    }
  }
}
