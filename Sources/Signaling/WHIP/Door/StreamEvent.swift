package import NIOCore

/// Something a player is told of by a server-sent event (draft-ietf-wish-whep, `ext:core:server-sent-events`).
package enum StreamEvent: Sendable, Equatable {
  /// What it watches is published.
  case active
  /// It is not, at present.
  case inactive
  /// There are other layers than before, or one of them has another rate.
  case layers([MediaSlot], MediaReport)
  /// So many watch the room.
  case viewercount(Int)

  package enum Kind: String, Sendable, CaseIterable {
    case active
    case inactive
    case layers
    case viewercount
  }

  package var kind: Kind {
    switch self {
    case .active: .active
    case .inactive: .inactive
    case .layers: .layers
    case .viewercount: .viewercount
    }
  }

  /// The event as it travels: its name and one line of JSON (HTML Living Standard §9.2).
  package var text: ByteBuffer {
    var data = JSONWriter()
    data.object { writer in
      switch self {
      case .active, .inactive: break
      case .layers(let slots, let report): writer.layers(of: slots, report)
      case .viewercount(let count): writer.field("viewercount", Int64(count))
      }
    }
    var text = ByteBuffer(string: "event: \(kind.rawValue)\ndata: ")
    text.writeImmutableBuffer(data.buffer)
    text.writeString("\n\n")
    return text
  }

  /// Keeps a silent stream from being taken for a dead one.
  package static let comment = ByteBuffer(string: ":\n\n")

  /// Reads which events are wanted: a JSON array of names, each one that is known here.
  package static func kinds(parsing body: [UInt8]) throws(SignalingError) -> [Kind] {
    var parser = JSONParser(body)
    guard (try? UTF8Span(validating: body.span)) != nil, case .array(let values)? = try? parser.parse(), !values.isEmpty
    else { throw SignalingError(.badRequest, "The body must be one JSON array of names of events.") }
    return try values.map { (value) throws(SignalingError) in
      guard case .string(let name) = value, let kind = Kind(rawValue: body.text(of: name)) else {
        throw SignalingError(.badRequest, "There is no event of one of these names.")
      }
      return kind
    }
  }
}

extension JSONWriter {
  /// The layers of each track by the `mid` it is sent in.
  fileprivate mutating func layers(of slots: [MediaSlot], _ report: MediaReport) {
    for slot in slots {
      guard let track = slot.track, let published = report.published.first(where: { $0.source == track.source }) else {
        continue
      }
      let layers = published.layers.enumerated()
      name(slot.mid)
      object { writer in
        writer.layers("active", layers.filter { $1.bitsPerSecond > 0 })
        writer.layers("inactive", layers.filter { $1.bitsPerSecond == 0 })
      }
    }
  }

  private mutating func layers(_ name: StaticString, _ layers: [(offset: Int, element: MediaReport.Layer)]) {
    self.name(name)
    array(layers) { writer, layer in
      writer.object { writer in
        if let rid = layer.element.rid { writer.field("rid", rid) }
        writer.field("spatialLayerId", Int64(layer.offset))
        writer.field("bitrate", Int64(layer.element.bitsPerSecond))
        if let width = layer.element.width { writer.field("width", Int64(width)) }
        if let height = layer.element.height { writer.field("height", Int64(height)) }
      }
    }
  }
}
