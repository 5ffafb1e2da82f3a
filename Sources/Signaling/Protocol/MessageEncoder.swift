package import NIOCore

/// An event written once and sent to many: all but the number, which differs for each receiver.
package struct EncodedEvent: Sendable {
  private let kind: ServerEvent.Kind
  /// The members behind `seq`, the first comma and the closing brace included.
  private let tail: ByteBuffer

  package init(_ event: ServerEvent) {
    kind = event.kind
    var tail = JSONWriter.members { writer in MessageEncoder.members(of: event, into: &writer) }
    tail.writeInteger(UInt8(ascii: "}"))
    self.tail = tail
  }

  /// How much a log that keeps the event holds on to.
  var byteCount: Int { tail.readableBytes }

  /// The event as one receiver is sent it.
  package func message(seq: Int64) -> ByteBuffer {
    let number = String(seq)
    let head = 24 + kind.rawValue.utf8.count + number.utf8.count
    var buffer = ByteBufferAllocator().buffer(capacity: head + tail.readableBytes)
    buffer.writeStaticString("{\"type\":\"")
    buffer.writeString(kind.rawValue)
    buffer.writeStaticString("\",\"seq\":")
    buffer.writeString(number)
    buffer.writeImmutableBuffer(tail)
    return buffer
  }
}

/// Writes what the server sends.
package enum MessageEncoder {
  package static func result(_ result: ServerResult, id: Int64) -> ByteBuffer {
    var writer = JSONWriter()
    writer.object { writer in
      writer.field("type", "result")
      writer.field("id", id)
      writer.name("data")
      writer.object { writer in members(of: result, into: &writer) }
    }
    return writer.buffer
  }

  package static func error(_ error: SignalingError, id: Int64?) -> ByteBuffer {
    var writer = JSONWriter()
    writer.object { writer in
      writer.field("type", "error")
      writer.name("id")
      if let id { writer.integer(id) } else { writer.null() }
      writer.name("error")
      writer.object { writer in
        writer.field("code", error.code.rawValue)
        writer.field("message", error.message)
        // Rounded up: who comes back then must not be too early.
        if let retryAfter = error.retryAfter {
          writer.field("retryAfter", max(1, (retryAfter.milliseconds + 999) / 1000))
        }
      }
    }
    return writer.buffer
  }

  private static func members(of result: ServerResult, into writer: inout JSONWriter) {
    switch result {
    case .hello(let greeting): members(of: greeting, into: &writer)
    case .joined(let snapshot):
      members(of: snapshot, into: &writer)
      writer.field("seq", snapshot.seq)
    case .waiting(let notice):
      writer.field("state", "waiting")
      writer.field("participant", notice.participant.rawValue)
      writer.field("resumeToken", notice.resumeToken)
      writer.field("reason", notice.reason.rawValue)
      writer.field("message", notice.message)
    case .resumed(let notice):
      writer.field("state", "resumed")
      writer.field("participant", notice.participant.rawValue)
      writer.field("resumeToken", notice.resumeToken)
      writer.name("iceServers")
      writer.array(notice.iceServers) { $0.value($1) }
    case .devices(let devices):
      writer.name("devices")
      writer.value(devices)
    case .message(let message): writer.field("message", message.rawValue)
    case .count(let count): writer.field("count", Int64(count))
    case .audit(let entries):
      writer.name("entries")
      writer.array(entries) { $0.value($1) }
    case .streamKey(let id, let text, let name):
      writer.field("id", id.rawValue)
      writer.field("key", text)
      writer.field("name", name.text)
    case .streamKeys(let keys):
      writer.name("keys")
      writer.array(keys) { $0.value($1) }
    case .echo(let duration): writer.field("maximumDuration", duration.components.seconds)
    case .answer(let answer): writer.field("answer", answer)
    case .media(let report): writer.fields(of: report)
    case .done: break
    }
  }

  private static func members(of greeting: Greeting, into writer: inout JSONWriter) {
    writer.field("version", Int64(1))
    writer.field("server", greeting.server)
    writer.field("time", greeting.time)
    writer.field("heartbeat", greeting.heartbeat.components.seconds)
    writer.name("limits")
    writer.object { writer in
      writer.field("messageBytes", Int64(greeting.limits.messageBytes))
      writer.field("descriptionBytes", Int64(greeting.limits.descriptionBytes))
      writer.field("nameCharacters", Int64(greeting.limits.nameCharacters))
      writer.field("chatCharacters", Int64(greeting.limits.chatCharacters))
      writer.field("chatHistory", Int64(greeting.limits.chatHistory))
    }
    writer.name("topologies")
    writer.array(greeting.topologies) { $0.string($1.rawValue) }
  }

  /// All members but `seq`, which in the event `admitted` is the event's own.
  private static func members(of snapshot: Snapshot, into writer: inout JSONWriter) {
    writer.field("state", "joined")
    writer.field("participant", snapshot.participant.rawValue)
    writer.field("resumeToken", snapshot.resumeToken)
    if let hostKey = snapshot.hostKey { writer.field("hostKey", hostKey) }
    writer.name("room")
    writer.object { $0.fields(RoomSettings.Field.allCases, of: snapshot.view.room) }
    writer.name("participants")
    writer.array(snapshot.view.participants) { $0.value($1) }
    if let waiting = snapshot.view.waiting {
      writer.name("waiting")
      writer.array(waiting) { $0.value($1) }
    }
    writer.name("chat")
    writer.array(snapshot.view.chat) { $0.value($1) }
    writer.name("iceServers")
    writer.array(snapshot.iceServers) { $0.value($1) }
  }

  fileprivate static func members(of event: ServerEvent, into writer: inout JSONWriter) {
    switch event {
    case .participantJoined(let participant):
      writer.name("participant")
      writer.value(participant)
    case .participantLeft(let participant, let reason):
      writer.field("participant", participant.rawValue)
      writer.field("reason", reason.rawValue)
    case .participantChanged(let participant, let fields):
      writer.field("participant", participant.id.rawValue)
      writer.name("changes")
      writer.object { $0.fields(fields, of: participant) }
    case .roomChanged(let settings, let fields):
      writer.name("changes")
      writer.object { $0.fields(fields, of: settings) }
    case .chatMessage(let message), .chatChanged(let message):
      writer.name("message")
      writer.value(message)
    case .reaction(let participant, let emoji):
      writer.field("participant", participant.rawValue)
      writer.field("emoji", emoji)
    case .signal(let from, let connection, let payload):
      writer.field("from", from.rawValue)
      writer.field("connection", connection)
      writer.raw(payload)
    case .waitingChanged(let waiting):
      writer.name("waiting")
      writer.array(waiting) { $0.value($1) }
    case .lobbyMessage(let text): writer.field("text", text)
    case .admitted(let snapshot): members(of: snapshot, into: &writer)
    case .denied(let message): writer.field("message", message)
    case .moderated(let action, let by, let reason):
      writer.field("action", action.rawValue)
      writer.field("by", by.rawValue)
      writer.field("reason", reason)
    case .hostKey(let key): writer.field("hostKey", key)
    case .resumeToken(let token): writer.field("resumeToken", token)
    case .removed(let reason, let message):
      writer.field("reason", reason.rawValue)
      writer.field("message", message)
    case .roomEnded(let reason): writer.field("reason", reason.rawValue)
    case .serverStopping(let delay): writer.field("reconnectAfter", delay.components.seconds)
    case .subscription(let number, let offer, let slots):
      writer.field("number", number)
      writer.field("offer", offer)
      writer.slots(slots)
    case .slots(let slots): writer.slots(slots)
    case .mediaLost: break
    case .demand(let source, let layers):
      writer.field("source", source.rawValue)
      writer.field("layers", Int64(layers))
    case .qualityChanged(let participants):
      writer.name("participants")
      writer.array(participants) { writer, participant in
        writer.object { $0.fields([.id, .quality], of: participant) }
      }
    case .echoEnded(let reason): writer.field("reason", reason.rawValue)
    }
  }
}
