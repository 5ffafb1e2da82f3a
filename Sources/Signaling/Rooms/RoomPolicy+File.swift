import NIOCore

/// The form in which a policy is kept: a JSON object.
extension RoomPolicy {
  private static let version: Int64 = 1
  /// A full room with its bans, and some more.
  private static let maximumValues = 65_536

  package var encoded: [UInt8] {
    var writer = JSONWriter(capacity: 1024)
    writer.object { writer in
      writer.field("version", Self.version)
      writer.field("life", life)
      writer.field("expires", expiresAt.milliseconds)
      writer.field("hostKey", hostKeyHash.map(Base64.encodeURL))
      writer.field("owner", owner?.rawValue)
      writer.name("settings")
      writer.policy(settings)
      writer.name("removed")
      writer.array(removed) { $0.string($1.rawValue) }
      writer.name("bans")
      writer.array(bans) { $0.policy($1.profile, bannedAt: $1.time) }
      writer.name("restrictions")
      writer.array(restrictions) { $0.policy($1) }
      writer.name("streamKeys")
      writer.array(streamKeys) { $0.policy($1) }
      writer.name("members")
      writer.array(members.sorted { $0.key < $1.key }) { $0.policy($1.key, $1.value) }
    }
    return Array(writer.buffer.readableBytesView)
  }

  package init?(decoding bytes: [UInt8]) {
    guard let fields = JSONFields(parsing: bytes, maximumValues: Self.maximumValues) else { return nil }
    do throws(SignalingError) {
      guard try fields.integer("version", in: 0...Int64.max) == Self.version else { return nil }
      self = try Self.read(fields)
    } catch {
      return nil
    }
  }

  private static func read(_ fields: JSONFields) throws(SignalingError) -> RoomPolicy {
    guard let settings = try fields.optionalObject("settings") else { throw fields.refusal("settings", "is missing") }
    var members: [ParticipantID: Member] = [:]
    for member in try fields.objects("members") {
      members[ParticipantID(rawValue: try member.string("id", atMost: 64))] = try Member(member)
    }
    var bans: [Ban] = []
    for ban in try fields.objects("bans") {
      bans.append(Ban(profile: try BrowserProfile(ban), time: try ban.time("bannedAt")))
    }
    var restrictions: [Restriction] = []
    for restriction in try fields.objects("restrictions") { restrictions.append(try Restriction(restriction)) }
    var streamKeys: [StreamKey] = []
    for key in try fields.objects("streamKeys") { streamKeys.append(try StreamKey(key)) }
    return RoomPolicy(
      settings: try RoomSettings(settings), life: try fields.string("life", atMost: 64),
      hostKeyHash: try fields.optionalString("hostKey", atMost: 64).flatMap { Base64.decodeURL($0.utf8) },
      owner: try fields.optionalString("owner", atMost: 64).map(ParticipantID.init(rawValue:)),
      removed: try fields.strings("removed").map(ParticipantID.init(rawValue:)), bans: bans,
      restrictions: restrictions, streamKeys: streamKeys, members: members,
      expiresAt: try fields.time("expires"))
  }
}

extension RoomSettings {
  fileprivate init(_ fields: JSONFields) throws(SignalingError) {
    self.init(
      name: try RoomName(try fields.string("name", atMost: 256)), createdAt: try fields.time("createdAt"),
      maxParticipants: Int(try fields.integer("maxParticipants", in: 2...1000)),
      maxViewers: Int(try fields.optionalInteger("maxViewers", in: 0...1000) ?? Int64(SignalingLimits().maxViewers)))
    mode = try fields.choice("mode")
    endsAt = try fields.optionalInteger("endsAt", in: 0...Int64.max).map(Timestamp.init(milliseconds:))
    locked = try fields.bool("locked")
    lobby = try fields.bool("lobby")
    waitForHost = try fields.bool("waitForHost")
    lobbyMessage = try fields.optionalString("lobbyMessage", atMost: 500)
    rules = try fields.permissions("rules")
    password = try fields.optionalObject("password").map { (password) throws(SignalingError) in
      try PasswordHash(password)
    }
  }
}

extension PasswordHash {
  fileprivate init(_ fields: JSONFields) throws(SignalingError) {
    guard let salt = Base64.decodeURL(try fields.string("salt", atMost: 128).utf8),
      let hash = Base64.decodeURL(try fields.string("hash", atMost: 128).utf8)
    else { throw fields.refusal("password", "is not readable") }
    let cost = PasswordCost(
      logN: Int(try fields.integer("logN", in: 1...20)), r: Int(try fields.integer("r", in: 1...32)),
      p: Int(try fields.integer("p", in: 1...16)))
    self.init(cost: cost, salt: salt, hash: hash)
  }
}

extension BrowserProfile {
  fileprivate init(_ fields: JSONFields) throws(SignalingError) {
    self.init(
      client: try fields.optionalString("client", atMost: 64), cookie: try fields.optionalString("cookie", atMost: 64),
      address: try fields.string("address", atMost: 64))
  }
}

extension Restriction {
  fileprivate init(_ fields: JSONFields) throws(SignalingError) {
    guard let profile = try fields.optionalObject("profile") else { throw fields.refusal("profile", "is missing") }
    self.init(
      profile: try BrowserProfile(profile), role: try fields.optionalChoice("role"),
      revoked: try fields.permissions("revoked"))
  }
}

extension StreamKey {
  fileprivate init(_ fields: JSONFields) throws(SignalingError) {
    guard let hash = Base64.decodeURL(try fields.string("hash", atMost: 128).utf8) else {
      throw fields.refusal("hash", "is not readable")
    }
    self.init(
      id: StreamKeyID(rawValue: try fields.string("id", atMost: 64)),
      name: try DisplayName(try fields.string("name", atMost: 256)), hash: hash,
      createdAt: try fields.time("createdAt"))
  }
}

extension RoomPolicy.Member {
  fileprivate init(_ fields: JSONFields) throws(SignalingError) {
    guard let profile = try fields.optionalObject("profile") else { throw fields.refusal("profile", "is missing") }
    self.init(
      name: try DisplayName(try fields.string("name", atMost: 256)), role: try fields.choice("role"),
      entryRole: try fields.choice("entryRole"), isOwner: try fields.bool("owner"),
      cameByHostKey: try fields.bool("byHostKey"), revoked: try fields.permissions("revoked"),
      granted: try fields.permissions("granted"), isNameFixed: try fields.bool("nameFixed"),
      profile: try BrowserProfile(profile),
      joinedAt: try fields.time("joinedAt"))
  }
}

extension JSONFields {
  fileprivate func time(_ name: StaticString) throws(SignalingError) -> Timestamp {
    Timestamp(milliseconds: try integer(name, in: 0...Int64.max))
  }

  fileprivate func strings(_ name: StaticString) throws(SignalingError) -> [String] {
    var strings: [String] = []
    for value in try optionalArray(name, atMost: 4096) ?? [] {
      guard case .string(let string) = value else { throw refusal(name, "must hold strings") }
      strings.append(bytes.text(of: string))
    }
    return strings
  }

  fileprivate func objects(_ name: StaticString) throws(SignalingError) -> [JSONFields] {
    var objects: [JSONFields] = []
    for value in try optionalArray(name, atMost: 4096) ?? [] {
      guard case .object(let members) = value else { throw refusal(name, "must hold objects") }
      objects.append(JSONFields(members, of: bytes))
    }
    return objects
  }

  fileprivate func permissions(_ name: StaticString) throws(SignalingError) -> Permissions {
    var permissions: Permissions = []
    for name in try strings(name) {
      if let permission = Permission(name: name) { permissions.insert(Permissions(permission)) }
    }
    return permissions
  }
}

extension JSONWriter {
  fileprivate mutating func permissions(_ name: StaticString, _ permissions: Permissions) {
    self.name(name)
    array(permissions.each) { $0.string($1.name) }
  }

  fileprivate mutating func policy(_ settings: RoomSettings) {
    object { writer in
      writer.field("name", settings.name.text)
      writer.field("mode", settings.mode.rawValue)
      writer.field("createdAt", settings.createdAt)
      writer.field("endsAt", settings.endsAt)
      writer.field("locked", settings.locked)
      writer.field("lobby", settings.lobby)
      writer.field("waitForHost", settings.waitForHost)
      writer.field("lobbyMessage", settings.lobbyMessage)
      writer.field("maxParticipants", Int64(settings.maxParticipants))
      writer.field("maxViewers", Int64(settings.maxViewers))
      writer.permissions("rules", settings.rules)
      guard let password = settings.password else { return }
      writer.name("password")
      writer.object { writer in
        writer.field("logN", Int64(password.cost.logN))
        writer.field("r", Int64(password.cost.r))
        writer.field("p", Int64(password.cost.p))
        writer.field("salt", Base64.encodeURL(password.salt))
        writer.field("hash", Base64.encodeURL(password.hash))
      }
    }
  }

  fileprivate mutating func policy(_ profile: BrowserProfile, bannedAt time: Timestamp? = nil) {
    object { writer in
      writer.field("client", profile.client)
      writer.field("cookie", profile.cookie)
      writer.field("address", profile.address)
      if let time { writer.field("bannedAt", time) }
    }
  }

  fileprivate mutating func policy(_ restriction: Restriction) {
    object { writer in
      writer.name("profile")
      writer.policy(restriction.profile)
      writer.field("role", restriction.role?.rawValue)
      writer.permissions("revoked", restriction.revoked)
    }
  }

  fileprivate mutating func policy(_ key: StreamKey) {
    object { writer in
      writer.field("id", key.id.rawValue)
      writer.field("name", key.name.text)
      writer.field("hash", Base64.encodeURL(key.hash))
      writer.field("createdAt", key.createdAt)
    }
  }

  fileprivate mutating func policy(_ id: ParticipantID, _ member: RoomPolicy.Member) {
    object { writer in
      writer.field("id", id.rawValue)
      writer.field("name", member.name.text)
      writer.field("role", member.role.rawValue)
      writer.field("entryRole", member.entryRole.rawValue)
      writer.field("owner", member.isOwner)
      writer.field("byHostKey", member.cameByHostKey)
      writer.permissions("revoked", member.revoked)
      writer.permissions("granted", member.granted)
      writer.field("nameFixed", member.isNameFixed)
      writer.field("joinedAt", member.joinedAt)
      writer.name("profile")
      writer.policy(member.profile)
    }
  }
}
