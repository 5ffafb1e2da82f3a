/// The fields of each request, and the values several of them share.
extension MessageDecoder {
  private static let maximumSentence = 500
  private static let maximumPassword = 256
  private static let maximumToken = 4096
  private static let maximumHostKey = 64
  private static let maximumClient = 64
  private static let maximumIdentifier = 64

  func versions(_ fields: JSONFields) throws(SignalingError) -> [Int64] {
    guard let values = try fields.optionalArray("versions", atMost: 32) else {
      throw fields.refusal("versions", "is missing")
    }
    var versions: [Int64] = []
    for value in values {
      guard case .integer(let version) = value else { throw fields.refusal("versions", "must hold integers") }
      versions.append(version)
    }
    return versions
  }

  func join(_ fields: JSONFields) throws(SignalingError) -> JoinRequest {
    JoinRequest(
      room: try RoomName(try fields.string("room", atMost: 1024)),
      name: try DisplayName(try fields.string("name", atMost: 1024)),
      password: try fields.optionalString("password", atMost: Self.maximumPassword),
      hostKey: try fields.optionalString("hostKey", atMost: Self.maximumHostKey),
      token: try fields.optionalString("token", atMost: Self.maximumToken),
      devices: try devices(fields),
      client: try fields.optionalString("client", atMost: Self.maximumClient))
  }

  func resume(_ fields: JSONFields) throws(SignalingError) -> ResumeRequest {
    let lastSeen = try fields.optionalInteger("seq", in: 0...Self.maximumInteger)
    let isFresh = try fields.optionalBool("fresh") ?? false
    return ResumeRequest(
      token: try fields.string("token", atMost: Self.maximumToken), lastSeen: isFresh ? nil : lastSeen)
  }

  func deviceChange(_ fields: JSONFields) throws(SignalingError) -> DeviceChange {
    DeviceChange(
      audio: try fields.optionalBool("audio"),
      video: try fields.optionalBool("video"),
      screen: try fields.optionalBool("screen"))
  }

  func chatDraft(_ fields: JSONFields) throws(SignalingError) -> ChatDraft {
    ChatDraft(
      text: try chatText(fields),
      to: try optionalIdentifier("to", fields).map(ParticipantID.init(rawValue:)),
      replyTo: try optionalIdentifier("replyTo", fields).map(MessageID.init(rawValue:)))
  }

  func roomUpdate(_ fields: JSONFields) throws(SignalingError) -> RoomUpdate {
    var update = RoomUpdate()
    update.mode = try fields.optionalChoice("mode")
    update.locked = try fields.optionalBool("locked")
    update.password = try fields.optionalString("password", atMost: Self.maximumPassword)
      .map { $0.isEmpty ? .removed : .plain($0) }
    update.lobby = try fields.optionalBool("lobby")
    update.waitForHost = try fields.optionalBool("waitForHost")
    update.lobbyMessage = try optionalSentence("lobbyMessage", fields)
    update.maxParticipants = try fields.optionalInteger("maxParticipants", in: 2...1000).map(Int.init)
    update.maxViewers = try fields.optionalInteger("maxViewers", in: 0...1000).map(Int.init)
    update.endsAfter = try endsAfter(fields)
    (update.allowed, update.forbidden) = try rules(fields)
    return update
  }

  func moderation(_ fields: JSONFields) throws(SignalingError) -> ModerationRequest {
    ModerationRequest(
      action: try fields.choice("action"), targets: try selection(fields),
      reason: try optionalSentence("reason", fields))
  }

  func setPermission(_ fields: JSONFields) throws(SignalingError) -> ClientMessage {
    guard let permission = Permission(name: try fields.string("permission", atMost: 32)) else {
      throw fields.refusal("permission", "has a value that is not known")
    }
    return .setPermission(
      try participantID("participant", fields), permission, allowed: try fields.bool("allowed"))
  }

  func selection(_ fields: JSONFields) throws(SignalingError) -> Selection {
    if try fields.optionalBool("everyone") == true { return .everyone }
    guard let values = try fields.optionalArray("participants", atMost: limits.sessionsPerRoom), !values.isEmpty else {
      throw fields.refusal("participants", "is missing")
    }
    var participants: [ParticipantID] = []
    for value in values {
      guard case .string(let string) = value else { throw fields.refusal("participants", "must hold strings") }
      participants.append(ParticipantID(rawValue: fields.bytes.text(of: string)))
    }
    return .these(participants)
  }

  func chatText(_ fields: JSONFields) throws(SignalingError) -> String {
    let text = try fields.string("text", atMost: limits.chatCharacters).withoutControls
    guard text.contains(where: { !$0.isWhitespace }) else { throw fields.refusal("text", "is empty") }
    return text
  }

  /// One character that a person sees as one, of bounded length; which of them are emoji changes every year.
  func emoji(_ fields: JSONFields) throws(SignalingError) -> String {
    let text = try fields.string("emoji", atMost: 16)
    guard text.count == 1, text.utf8.count > 1,
      text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
    else { throw fields.refusal("emoji", "must be one emoji") }
    return text
  }

  func sentence(_ name: StaticString, _ fields: JSONFields) throws(SignalingError) -> String {
    try fields.string(name, atMost: Self.maximumSentence).withoutControls
  }

  func optionalSentence(_ name: StaticString, _ fields: JSONFields) throws(SignalingError) -> String? {
    try fields.optionalString(name, atMost: Self.maximumSentence)?.withoutControls
  }

  func participantID(_ name: StaticString, _ fields: JSONFields) throws(SignalingError) -> ParticipantID {
    ParticipantID(rawValue: try fields.string(name, atMost: Self.maximumIdentifier))
  }

  func streamKeyID(_ name: StaticString, _ fields: JSONFields) throws(SignalingError) -> StreamKeyID {
    StreamKeyID(rawValue: try fields.string(name, atMost: Self.maximumIdentifier))
  }

  func messageID(_ name: StaticString, _ fields: JSONFields) throws(SignalingError) -> MessageID {
    MessageID(rawValue: try fields.string(name, atMost: Self.maximumIdentifier))
  }

  func optionalIdentifier(_ name: StaticString, _ fields: JSONFields) throws(SignalingError) -> String? {
    try fields.optionalString(name, atMost: Self.maximumIdentifier)
  }

  private func devices(_ fields: JSONFields) throws(SignalingError) -> Devices {
    guard let devices = try fields.optionalObject("devices") else { return Devices() }
    return try deviceChange(devices).applied(to: Devices())
  }

  private func endsAfter(_ fields: JSONFields) throws(SignalingError) -> Duration? {
    guard let seconds = try fields.optionalInteger("endsAfter", in: 0...86_400) else { return nil }
    guard seconds == 0 || seconds >= 60 else { throw fields.refusal("endsAfter", "must be 0 or at least 60") }
    return .seconds(seconds)
  }

  private func rules(_ fields: JSONFields) throws(SignalingError) -> (allowed: Permissions, forbidden: Permissions) {
    guard let rules = try fields.optionalObject("rules") else { return ([], []) }
    var (allowed, forbidden): (Permissions, Permissions) = ([], [])
    for member in rules.all {
      guard let permission = Permission(name: fields.bytes.text(of: member.name)),
        Permissions.rules.contains(Permissions(permission))
      else { continue }
      switch member.value {
      case .bool(true): allowed.insert(Permissions(permission))
      case .bool(false): forbidden.insert(Permissions(permission))
      case .null: continue
      default: throw fields.refusal("rules", "must hold only true and false")
      }
    }
    guard allowed.isDisjoint(with: forbidden) else { throw fields.refusal("rules", "names a rule twice") }
    return (allowed, forbidden)
  }
}

extension String {
  /// Without control characters but line feeds and tabs: a paste may bring them along, nothing shows them, and JSON needs six bytes for each.
  fileprivate var withoutControls: String {
    guard unicodeScalars.contains(where: \.isStrayControl) else { return self }
    var text = self
    text.unicodeScalars.removeAll(where: \.isStrayControl)
    return text
  }
}

extension Unicode.Scalar {
  /// A control character (category Cc) other than line feed and tab.
  fileprivate var isStrayControl: Bool {
    switch value {
    case 0x09, 0x0A: false
    case 0x00..<0x20, 0x7F..<0xA0: true
    default: false
    }
  }
}
