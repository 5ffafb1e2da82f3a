import NIOCore

/// What a resume token says: who its bearer is in which room. Signed by this server, so that it can be believed after a restart.
package struct ResumeToken: Sendable, Equatable {
  package var room: String
  /// Names the life of the room: a room of the same name made later is another.
  package var life: String
  package var participant: ParticipantID
  package var name: String
  package var role: Role
  package var isOwner: Bool
  package var isWaiting: Bool
  package var hostKeyHash: [UInt8]?
  /// When it was given out: it says nothing about a session that began after that.
  package var issuedAt: Timestamp
  package var expiresAt: Timestamp

  package init(
    room: String, life: String, participant: ParticipantID, name: String, role: Role, isOwner: Bool, isWaiting: Bool,
    hostKeyHash: [UInt8]? = nil, issuedAt: Timestamp, expiresAt: Timestamp
  ) {
    self.room = room
    self.life = life
    self.participant = participant
    self.name = name
    self.role = role
    self.isOwner = isOwner
    self.isWaiting = isWaiting
    self.hostKeyHash = hostKeyHash
    self.issuedAt = issuedAt
    self.expiresAt = expiresAt
  }

  /// Longer texts are no tokens of this server.
  private static let maximumLength = 4096
}

extension ResumeToken {
  /// The token's text: statement and HMAC-SHA256 of it, both base64url, with a dot between.
  package func signed(with key: [UInt8]) -> String {
    let statement = Base64.encodeURL(statement)
    return statement + "." + Base64.encodeURL(HMAC.sha256(Array(statement.utf8), key: key))
  }

  /// Believes a token's text only if this server signed it and it has not expired.
  package init(verifying text: String, key: [UInt8], at now: Timestamp) throws(SignalingError) {
    let invalid = SignalingError(.tokenInvalid, "This resume token is not from this server.")
    guard text.utf8.count <= Self.maximumLength else { throw invalid }
    let parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 2, let signature = Base64.decodeURL(parts[1].utf8),
      HMAC.areEqual(signature, HMAC.sha256(Array(parts[0].utf8), key: key)),
      let statement = Base64.decodeURL(parts[0].utf8), let token = Self.read(statement)
    else { throw invalid }
    guard now < token.expiresAt else {
      throw SignalingError(.tokenExpired, "Your place in this room is gone: join again.")
    }
    self = token
  }

  private var statement: [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      writer.field("room", room)
      writer.field("life", life)
      writer.field("participant", participant.rawValue)
      writer.field("name", name)
      writer.field("role", role.rawValue)
      writer.field("owner", isOwner)
      writer.field("waiting", isWaiting)
      writer.field("hostKey", hostKeyHash.map(Base64.encodeURL))
      writer.field("issued", issuedAt.milliseconds)
      writer.field("expires", expiresAt.milliseconds)
    }
    return Array(writer.buffer.readableBytesView)
  }

  private static func read(_ statement: [UInt8]) -> ResumeToken? {
    guard let fields = JSONFields(parsing: statement) else { return nil }
    do throws(SignalingError) {
      return ResumeToken(
        room: try fields.string("room", atMost: 64),
        life: try fields.string("life", atMost: 64),
        participant: ParticipantID(rawValue: try fields.string("participant", atMost: 64)),
        name: try fields.string("name", atMost: 64),
        role: try fields.choice("role"),
        isOwner: try fields.bool("owner"),
        isWaiting: try fields.bool("waiting"),
        hostKeyHash: try fields.optionalString("hostKey", atMost: 64).flatMap { Base64.decodeURL($0.utf8) },
        issuedAt: Timestamp(milliseconds: try fields.integer("issued", in: 0...MessageDecoder.maximumInteger)),
        expiresAt: Timestamp(milliseconds: try fields.integer("expires", in: 0...MessageDecoder.maximumInteger)))
    } catch {
      return nil
    }
  }
}
