package import NIOCore

/// One request and the number its answer will carry.
package struct ClientRequest: Sendable {
  package let id: Int64
  package let message: ClientMessage
}

/// Why a message is no request.
package enum DecodingFailure: Error, Sendable, Equatable {
  /// The text is not UTF-8: the WebSocket is to be closed (RFC 6455 §8.1).
  case invalidUTF8
  /// To be answered with this error, under the message's `id` if it could be read.
  case refused(id: Int64?, SignalingError)
}

/// Makes requests of the text of WebSocket messages: strict about form, within bounds, without regard to who sends.
package struct MessageDecoder: Sendable {
  /// The largest integer that every JSON reader knows exactly: 2⁵³ − 1.
  package static let maximumInteger: Int64 = 1 << 53 - 1

  let limits: SignalingLimits

  package init(limits: SignalingLimits) {
    self.limits = limits
  }

  package func decode(_ text: ByteBuffer) throws(DecodingFailure) -> ClientRequest {
    let bytes = [UInt8](buffer: text)
    guard (try? UTF8Span(validating: bytes.span)) != nil else { throw .invalidUTF8 }
    let fields = try parse(bytes)
    let id = try identifier(of: fields)
    do {
      return ClientRequest(id: id, message: try message(fields))
    } catch {
      throw .refused(id: id, error)
    }
  }

  private func parse(_ bytes: [UInt8]) throws(DecodingFailure) -> JSONFields {
    var parser = JSONParser(bytes)
    let value: JSONValue
    do {
      value = try parser.parse()
    } catch {
      throw .refused(id: Self.valid(parser.identifier), SignalingError(.badRequest, Self.sentence(for: error)))
    }
    guard case .object(let members) = value else {
      throw .refused(id: nil, SignalingError(.badRequest, "A message must be a JSON object."))
    }
    return JSONFields(members, of: bytes)
  }

  private func identifier(of fields: JSONFields) throws(DecodingFailure) -> Int64 {
    do {
      return try fields.integer("id", in: 0...Self.maximumInteger)
    } catch {
      throw .refused(id: nil, error)
    }
  }

  private static func valid(_ identifier: Int64?) -> Int64? {
    identifier.flatMap { 0...maximumInteger ~= $0 ? $0 : nil }
  }

  private static func sentence(for error: JSONError) -> String {
    switch error {
    case .unexpectedEnd: "The message is not JSON: it ends too early."
    case .unexpectedByte(let position): "The message is not JSON: byte \(position) is out of place."
    case .controlCharacter(let position): "The message is not JSON: byte \(position) is a control character."
    case .invalidEscape(let position): "The message is not JSON: the escape at byte \(position) does not exist."
    case .loneSurrogate(let position): "The string at byte \(position) has half a surrogate pair."
    case .tooDeep: "The message is nested deeper than \(JSONParser.maximumDepth) levels."
    case .tooManyValues: "The message has more than \(JSONParser.maximumValues) values."
    case .trailingBytes(let position): "The message is not JSON: something follows it at byte \(position)."
    }
  }

  private func message(_ fields: JSONFields) throws(SignalingError) -> ClientMessage {
    let type = try fields.string("type", atMost: 64)
    guard let kind = ClientMessage.Kind(rawValue: type) else {
      throw SignalingError(.unknownType, "There is no request of this type.")
    }
    switch kind {
    case .hello: return .hello(versions: try versions(fields))
    case .join: return .join(try join(fields))
    case .resume: return .resume(try resume(fields))
    case .leave: return .leave
    case .ping: return .ping
    case .startEcho: return .startEcho
    case .publish: return .publish(try publish(fields))
    case .answerSubscription: return .answerSubscription(try subscriptionAnswer(fields))
    case .restartSubscription: return .restartSubscription(anew: try fields.optionalBool("anew") ?? false)
    case .endEcho: return .endEcho
    case .subscribe: return try subscribe(fields)
    case .unsubscribe: return .unsubscribe(try tracks(fields))
    case .getMedia: return .getMedia
    case .reportLimitation: return .reportLimitation(try limitation(fields))
    case .moved: return .moved(to: try meetingTopology("to", fields))
    case .meshFailed: return .meshFailed(try participantID("participant", fields))
    case .setDevices: return .setDevices(try deviceChange(fields))
    case .rename: return .rename(try DisplayName(try fields.string("name", atMost: 1024)))
    case .raiseHand: return .raiseHand(try fields.bool("raised"))
    case .react: return .react(emoji: try emoji(fields))
    case .sendChat: return .sendChat(try chatDraft(fields))
    case .editChat: return .editChat(try messageID("message", fields), text: try chatText(fields))
    case .deleteChat: return .deleteChat(try messageID("message", fields))
    case .reactToChat:
      return .reactToChat(try messageID("message", fields), emoji: try emoji(fields), on: try fields.bool("on"))
    case .signal: return .signal(try signal(fields))
    case .updateRoom: return .updateRoom(try roomUpdate(fields))
    case .admit: return .admit(try selection(fields))
    case .deny: return .deny(try selection(fields), message: try optionalSentence("message", fields))
    case .messageWaiting: return .messageWaiting(text: try sentence("text", fields))
    case .moderate: return .moderate(try moderation(fields))
    case .setPermission: return try setPermission(fields)
    case .setRole: return .setRole(try participantID("participant", fields), try fields.choice("role"))
    case .transferHost: return .transferHost(try participantID("participant", fields))
    case .endRoom: return .endRoom
    case .getAudit: return .getAudit
    case .createStreamKey: return .createStreamKey(try DisplayName(try fields.string("name", atMost: 1024)))
    case .getStreamKeys: return .getStreamKeys
    case .revokeStreamKey: return .revokeStreamKey(try streamKeyID("streamKey", fields))
    }
  }
}
