/// What the media plane tells, as `docs/signaling.md` has it.
extension JSONWriter {
  mutating func slots(_ slots: [MediaSlot]) {
    name("slots")
    array(slots) { $0.value($1) }
  }

  mutating func fields(of report: MediaReport) {
    name("published")
    array(report.published) { $0.value($1) }
    name("subscribed")
    array(report.subscribed) { $0.value($1) }
    name("downlink")
    if let downlink = report.downlink { value(downlink) } else { null() }
  }

  mutating func value(_ quality: MediaQuality) {
    object { writer in
      writer.field("publishing", quality.publishing)
      writer.field("receiving", quality.receiving)
    }
  }

  private mutating func field(_ name: StaticString, _ rating: MediaQuality.Rating?) {
    self.name(name)
    guard let rating else { return null() }
    object { writer in
      writer.field("level", rating.level.name)
      writer.field("reason", rating.reason?.rawValue)
    }
  }

  private mutating func value(_ downlink: MediaReport.Downlink) {
    object { writer in
      writer.field("bitsPerSecond", Int64(downlink.bitsPerSecond))
      writer.field("wantedBitsPerSecond", Int64(downlink.wantedBitsPerSecond))
      writer.field("loss", Int64(downlink.loss))
      writer.field("roundTripTime", downlink.roundTripTime.map { Int($0.milliseconds) })
    }
  }

  private mutating func value(_ slot: MediaSlot) {
    object { writer in
      writer.field("mid", slot.mid)
      writer.field("kind", slot.kind.rawValue)
      writer.field("participant", slot.track?.participant.rawValue)
      writer.field("source", slot.track?.source.rawValue)
    }
  }

  private mutating func value(_ published: MediaReport.Published) {
    object { writer in
      writer.field("source", published.source.rawValue)
      writer.name("layers")
      writer.array(published.layers) { $0.value($1) }
      writer.field("packetsLost", Int64(published.packetsLost))
    }
  }

  private mutating func value(_ layer: MediaReport.Layer) {
    object { writer in
      writer.field("width", layer.width)
      writer.field("height", layer.height)
      writer.field("bitsPerSecond", Int64(layer.bitsPerSecond))
    }
  }

  private mutating func value(_ subscribed: MediaReport.Subscribed) {
    object { writer in
      writer.field("participant", subscribed.track.participant.rawValue)
      writer.field("source", subscribed.track.source.rawValue)
      writer.field("state", subscribed.state.rawValue)
      writer.field("spatialLayer", subscribed.spatialLayer)
      writer.field("temporalLayer", subscribed.temporalLayer)
      writer.field("bitsPerSecond", Int64(subscribed.bitsPerSecond))
      writer.field("wantedSpatialLayer", subscribed.wantedSpatialLayer)
      writer.field("limit", subscribed.limit?.rawValue)
    }
  }

  private mutating func field(_ name: StaticString, _ number: Int?) {
    self.name(name)
    if let number { integer(Int64(number)) } else { null() }
  }
}
