/// The objects of `docs/signaling.md`, each written in one place.
extension JSONWriter {
  mutating func fields(_ fields: [RoomSettings.Field], of room: RoomSettings) {
    for field in fields {
      switch field {
      case .name: self.field("name", room.name.text)
      case .mode: self.field("mode", room.mode.rawValue)
      case .topology: self.field("topology", room.topology.rawValue)
      case .former: self.field("former", room.former?.rawValue)
      case .createdAt: self.field("createdAt", room.createdAt)
      case .endsAt: self.field("endsAt", room.endsAt)
      case .locked: self.field("locked", room.locked)
      case .hasPassword: self.field("hasPassword", room.password != nil)
      case .lobby: self.field("lobby", room.lobby)
      case .waitForHost: self.field("waitForHost", room.waitForHost)
      case .lobbyMessage: self.field("lobbyMessage", room.lobbyMessage)
      case .maxParticipants: self.field("maxParticipants", Int64(room.maxParticipants))
      case .maxViewers: self.field("maxViewers", Int64(room.maxViewers))
      case .viewers: self.field("viewers", Int64(room.viewers))
      case .rules: rules(room.rules)
      case .dominantSpeaker: self.field("dominantSpeaker", room.dominantSpeaker?.rawValue)
      }
    }
  }

  private mutating func rules(_ rules: Permissions) {
    name("rules")
    object { writer in
      for permission in Permissions.rules.each {
        writer.name(permission.name)
        writer.bool(rules.contains(Permissions(permission)))
      }
    }
  }

  mutating func value(_ participant: Participant) {
    object { $0.fields(Participant.Field.allCases, of: participant) }
  }

  mutating func fields(_ fields: [Participant.Field], of participant: Participant) {
    for field in fields {
      switch field {
      case .id: self.field("id", participant.id.rawValue)
      case .name: self.field("name", participant.name.text)
      case .role: self.field("role", participant.role.rawValue)
      case .owner: self.field("owner", participant.isOwner)
      case .permissions:
        name("permissions")
        array(participant.permissions.each) { $0.string($1.name) }
      case .devices:
        name("devices")
        value(participant.devices)
      case .hand: self.field("hand", participant.hand)
      case .connection: self.field("connection", participant.presence.isShownLost ? "reconnecting" : "connected")
      case .joinedAt: self.field("joinedAt", participant.joinedAt)
      case .quality:
        name("quality")
        value(participant.quality)
      }
    }
  }

  mutating func value(_ devices: Devices) {
    object { writer in
      writer.field("audio", devices.audio)
      writer.field("video", devices.video)
      writer.field("screen", devices.screen)
    }
  }

  mutating func value(_ waiting: Waiting) {
    object { writer in
      writer.field("id", waiting.id.rawValue)
      writer.field("name", waiting.name.text)
      writer.field("since", waiting.since)
    }
  }

  mutating func value(_ message: ChatMessage) {
    object { writer in
      writer.field("id", message.id.rawValue)
      writer.field("from", message.from.rawValue)
      writer.field("name", message.name.text)
      writer.field("to", message.to?.rawValue)
      writer.field("text", message.text)
      writer.field("sentAt", message.sentAt)
      writer.field("replyTo", message.replyTo?.rawValue)
      writer.field("editedAt", message.editedAt)
      writer.field("deleted", message.isDeleted)
      writer.name("reactions")
      writer.object { writer in
        for reaction in message.reactions {
          writer.name(reaction.emoji)
          writer.array(reaction.participants) { $0.string($1.rawValue) }
        }
      }
    }
  }

  mutating func value(_ server: ICEServer) {
    object { writer in
      writer.name("urls")
      writer.array(server.urls) { $0.string($1) }
      if let username = server.username { writer.field("username", username) }
      if let credential = server.credential { writer.field("credential", credential) }
    }
  }

  mutating func value(_ key: StreamKeyNotice) {
    object { writer in
      writer.field("id", key.id.rawValue)
      writer.field("name", key.name.text)
      writer.field("createdAt", key.createdAt)
      writer.field("participant", key.participant?.rawValue)
    }
  }

  mutating func value(_ entry: AuditEntry) {
    object { writer in
      writer.field("time", entry.time)
      writer.field("by", entry.by.rawValue)
      writer.field("byName", entry.byName.text)
      writer.field("action", entry.action)
      writer.field("target", entry.target?.rawValue)
      writer.field("targetName", entry.targetName?.text)
      writer.field("detail", entry.detail)
    }
  }
}
