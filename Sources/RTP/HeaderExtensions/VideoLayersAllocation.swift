/// Which simulcast streams and spatial and temporal layers a publisher sends at present, and at which bit rates
/// (webrtc.org/experiments/rtp-hdrext/video-layers-allocation00).
///
/// ```
/// +-+-+-+-+-+-+-+-+
/// |RID|NS | sl_bm |  RID: stream this is sent on; NS: streams - 1; sl_bm: spatial layers of every stream, or 0:
/// +-+-+-+-+-+-+-+-+
/// |sl0_bm |sl1_bm |  four bits per stream, whole bytes
/// +-+-+-+-+-+-+-+-+
/// |#tl|#tl|#tl|#tl|  temporal layers - 1 of each active spatial layer, whole bytes
/// +-+-+-+-+-+-+-+-+
/// | kbit/s, LEB128 |  of each temporal layer, including those below it
/// +-+-+-+-+-+-+-+-+
/// | width-1 : 16 | height-1 : 16 | frames/s : 8 |  of each active spatial layer; the whole part is optional
/// ```
///
/// A single zero byte says that nothing is sent. Publishers attach it to keyframes and after changes only, so it costs arrays.
package struct VideoLayersAllocation: HeaderExtension {
  /// What a spatial layer looks like.
  package struct Resolution: Equatable, Sendable {
    package var width: Int
    package var height: Int
    package var framesPerSecond: UInt8

    package init(width: Int, height: Int, framesPerSecond: UInt8) {
      self.width = width
      self.height = height
      self.framesPerSecond = framesPerSecond
    }
  }

  /// One layer that is being sent.
  package struct SpatialLayer: Equatable, Sendable {
    package var streamIndex: Int
    package var spatialID: Int
    /// Kilobits per second by temporal layer, each including those below it; 1 to 4 of them.
    package var kilobitsPerSecond: [UInt32]
    package var resolution: Resolution?

    package init(streamIndex: Int, spatialID: Int, kilobitsPerSecond: [UInt32], resolution: Resolution? = nil) {
      self.streamIndex = streamIndex
      self.spatialID = spatialID
      self.kilobitsPerSecond = kilobitsPerSecond
      self.resolution = resolution
    }
  }

  /// The stream that the packet belongs to, 0 to 3 in the order of the SDP's rids.
  package var streamIndex: Int
  /// 1 to 4.
  package var streamCount: Int
  /// By stream, then by spatial id; only layers that are sent.
  package var layers: [SpatialLayer]

  package init(streamIndex: Int, streamCount: Int, layers: [SpatialLayer]) {
    self.streamIndex = streamIndex
    self.streamCount = streamCount
    self.layers = layers
  }
}

extension VideoLayersAllocation {
  package init(parsing value: RawSpan) throws(WireError) {
    var bytes = value
    let first = try bytes.readUInt8()
    streamIndex = Int(first >> 6)
    streamCount = Int(first >> 4 & 0x03) + 1
    layers = []
    if first == 0, bytes.byteCount == 0 { return }
    guard streamIndex < streamCount else { throw .invalidValue }
    try readLayers(sharedBitmask: first & 0x0f, from: &bytes)
    try readTemporalLayerCounts(from: &bytes)
    for index in layers.indices {
      for layer in layers[index].kilobitsPerSecond.indices {
        layers[index].kilobitsPerSecond[layer] = try bytes.readKilobits()
      }
    }
    guard bytes.byteCount > 0 else { return }
    for index in layers.indices { layers[index].resolution = try Resolution(reading: &bytes) }
    guard bytes.byteCount == 0 else { throw .trailingBytes }
  }

  private mutating func readLayers(sharedBitmask: UInt8, from bytes: inout RawSpan) throws(WireError) {
    var pair: UInt8 = 0
    for stream in 0..<streamCount {
      if sharedBitmask == 0, stream % 2 == 0 { pair = try bytes.readUInt8() }
      let own = stream % 2 == 0 ? pair >> 4 : pair & 0x0f
      let bitmask = sharedBitmask == 0 ? own : sharedBitmask
      for spatialID in 0..<4 where bitmask & (1 << UInt8(spatialID)) != 0 {
        layers.append(SpatialLayer(streamIndex: stream, spatialID: spatialID, kilobitsPerSecond: []))
      }
    }
  }

  private mutating func readTemporalLayerCounts(from bytes: inout RawSpan) throws(WireError) {
    var counts: UInt8 = 0
    for index in layers.indices {
      if index % 4 == 0 { counts = try bytes.readUInt8() }
      let count = Int(counts >> UInt8(6 - index % 4 * 2) & 0x03) + 1
      layers[index].kilobitsPerSecond = [UInt32](repeating: 0, count: count)
    }
  }
}

extension VideoLayersAllocation {
  package var byteCount: Int {
    guard !isBare else { return 1 }
    let rates = layers.reduce(0) { $0 + $1.kilobitsPerSecond.reduce(0) { $0 + $1.leb128ByteCount } }
    let bitmasks = sharedBitmask == nil ? (streamCount + 1) / 2 : 0
    return 1 + bitmasks + (layers.count + 3) / 4 + rates + (hasResolutions ? 5 * layers.count : 0)
  }

  /// Throws `valueTooLarge` for layers that the format cannot name, `invalidValue` for layers out of order.
  package func write(into output: inout OutputRawSpan) throws(WireError) {
    guard !isBare else { return try output.writeUInt8(0) }
    try checkLayers()
    try output.writeUInt8(UInt8(streamIndex) << 6 | UInt8(streamCount - 1) << 4 | (sharedBitmask ?? 0))
    if sharedBitmask == nil {
      for stream in stride(from: 0, to: streamCount, by: 2) {
        try output.writeUInt8(bitmask(of: stream) << 4 | bitmask(of: stream + 1))
      }
    }
    for start in stride(from: 0, to: layers.count, by: 4) {
      var counts: UInt8 = 0
      for (position, layer) in layers[start...].prefix(4).enumerated() {
        counts |= UInt8(layer.kilobitsPerSecond.count - 1) << UInt8(6 - position * 2)
      }
      try output.writeUInt8(counts)
    }
    for layer in layers {
      for rate in layer.kilobitsPerSecond { try output.writeLEB128(rate) }
    }
    guard hasResolutions else { return }
    for layer in layers { try layer.resolution?.write(into: &output) }
  }

  /// Whether there is nothing to say but that nothing is sent.
  private var isBare: Bool { layers.isEmpty && streamCount == 1 && streamIndex == 0 }

  private var hasResolutions: Bool { layers.allSatisfy { $0.resolution != nil } }

  /// The spatial layers of every stream if they are the same for all, which saves the bytes of one mask per stream.
  private var sharedBitmask: UInt8? {
    let first = bitmask(of: 0)
    return first != 0 && (1..<streamCount).allSatisfy { bitmask(of: $0) == first } ? first : nil
  }

  private func bitmask(of stream: Int) -> UInt8 {
    layers.reduce(0) { $1.streamIndex == stream ? $0 | 1 << UInt8($1.spatialID) : $0 }
  }

  private func checkLayers() throws(WireError) {
    guard 1...4 ~= streamCount, 0..<streamCount ~= streamIndex else { throw .valueTooLarge }
    var previous = -1
    for layer in layers {
      guard 0..<streamCount ~= layer.streamIndex, 0..<4 ~= layer.spatialID else { throw .valueTooLarge }
      guard 1...4 ~= layer.kilobitsPerSecond.count else { throw .valueTooLarge }
      let position = layer.streamIndex * 4 + layer.spatialID
      guard position > previous else { throw .invalidValue }
      previous = position
    }
  }
}

extension VideoLayersAllocation.Resolution {
  fileprivate init(reading bytes: inout RawSpan) throws(WireError) {
    width = Int(try bytes.readUInt16()) + 1
    height = Int(try bytes.readUInt16()) + 1
    framesPerSecond = try bytes.readUInt8()
  }

  fileprivate func write(into output: inout OutputRawSpan) throws(WireError) {
    guard 1...65536 ~= width, 1...65536 ~= height else { throw .valueTooLarge }
    try output.writeUInt16(UInt16(width - 1))
    try output.writeUInt16(UInt16(height - 1))
    try output.writeUInt8(framesPerSecond)
  }
}

extension RawSpan {
  /// A rate; more than 32 bits of kilobits are no rate.
  fileprivate mutating func readKilobits() throws(WireError) -> UInt32 {
    guard let value = UInt32(exactly: try readLEB128()) else { throw .invalidValue }
    return value
  }
}
