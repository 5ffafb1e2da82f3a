/// Reading what is asked of the media plane. Descriptions are texts of bounded length here: the media plane reads them.
extension MessageDecoder {
  private static let maximumMid = 32
  private static let maximumLayer: Int64 = 3
  /// Pixels, on either side.
  private static let maximumSide: Int64 = 16_384

  func publish(_ fields: JSONFields) throws(SignalingError) -> PublishRequest {
    PublishRequest(offer: try sessionDescription("offer", fields), sources: try sources(fields))
  }

  func subscriptionAnswer(_ fields: JSONFields) throws(SignalingError) -> SubscriptionAnswer {
    SubscriptionAnswer(
      answer: try sessionDescription("answer", fields),
      offerNumber: try fields.optionalInteger("number", in: 1...Self.maximumInteger))
  }

  private func sessionDescription(_ name: StaticString, _ fields: JSONFields) throws(SignalingError) -> String {
    let text = try fields.string(name, atMost: limits.descriptionBytes)
    guard !text.isEmpty else { throw fields.refusal(name, "is empty") }
    guard text.utf8.count <= limits.descriptionBytes else {
      throw fields.refusal(name, "is longer than \(limits.descriptionBytes) bytes")
    }
    return text
  }

  /// Which media description shows what; each at most once.
  private func sources(_ fields: JSONFields) throws(SignalingError) -> [String: MediaSource] {
    guard fields.has("tracks"), try fields.value("tracks") != nil else { return [:] }
    var sources: [String: MediaSource] = [:]
    for track in try fields.objects("tracks", atMost: MediaSource.allCases.count) {
      let mid = try track.string("mid", atMost: Self.maximumMid)
      let source: MediaSource = try track.choice("source")
      guard !mid.isEmpty else { throw track.refusal("mid", "is empty") }
      guard sources[mid] == nil else { throw track.refusal("mid", "stands there twice") }
      guard !sources.values.contains(source) else { throw track.refusal("source", "stands there twice") }
      sources[mid] = source
    }
    return sources
  }

  func subscribe(_ fields: JSONFields) throws(SignalingError) -> ClientMessage {
    .subscribe(try wishes(fields), only: try fields.optionalBool("only") ?? false)
  }

  private func wishes(_ fields: JSONFields) throws(SignalingError) -> [MediaTrack: MediaWish] {
    var wishes: [MediaTrack: MediaWish] = [:]
    for object in try fields.objects("tracks", atMost: limits.wantedTracks) {
      let track = try self.track(object)
      guard wishes.updateValue(try wish(object), forKey: track) == nil else { throw Self.repetition(in: object) }
    }
    return wishes
  }

  func tracks(_ fields: JSONFields) throws(SignalingError) -> [MediaTrack] {
    var tracks: [MediaTrack] = []
    for object in try fields.objects("tracks", atMost: limits.wantedTracks) {
      let track = try self.track(object)
      guard !tracks.contains(track) else { throw Self.repetition(in: object) }
      tracks.append(track)
    }
    return tracks
  }

  /// What the sender's device is held back by; nil for nothing.
  func limitation(_ fields: JSONFields) throws(SignalingError) -> MediaLimitation? {
    try fields.optionalChoice("reason")
  }

  /// A topology between which a room moves while people stay in it.
  func meetingTopology(_ name: StaticString, _ fields: JSONFields) throws(SignalingError) -> Topology {
    let topology: Topology = try fields.choice(name)
    guard topology != .broadcast else { throw fields.refusal(name, "must be “routed” or “mesh”") }
    return topology
  }

  private func track(_ fields: JSONFields) throws(SignalingError) -> MediaTrack {
    MediaTrack(try participantID("participant", fields), try fields.choice("source"))
  }

  private func wish(_ fields: JSONFields) throws(SignalingError) -> MediaWish {
    var wish = MediaWish()
    wish.spatialLayer = try fields.optionalInteger("spatialLayer", in: 0...Self.maximumLayer).map(Int.init)
    wish.temporalLayer = try fields.optionalInteger("temporalLayer", in: 0...Self.maximumLayer).map(Int.init)
    wish.width = try fields.optionalInteger("width", in: 1...Self.maximumSide).map(Int.init)
    wish.height = try fields.optionalInteger("height", in: 1...Self.maximumSide).map(Int.init)
    wish.isPaused = try fields.optionalBool("paused") ?? false
    wish.priority = try fields.optionalChoice("priority") ?? .normal
    return wish
  }

  private static func repetition(in track: JSONFields) -> SignalingError {
    track.refusal("source", "names a track a second time")
  }
}
