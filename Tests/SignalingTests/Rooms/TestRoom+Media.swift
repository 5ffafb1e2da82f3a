import Signaling

/// Rooms on their way between topologies, and what they ask of the media plane.
extension TestRoom {
  /// These in the mesh of a room that takes two of them there.
  static func meeting(_ names: String..., topologies: Set<Topology> = [.routed, .broadcast]) -> TestRoom {
    var room = TestRoom(topologies: topologies) { configuration in
      configuration.meshLimit = 2
      configuration.limits.meshParticipants = 4
    }
    for name in names { room.join(name) }
    _ = room.takeMedia()
    return room
  }

  /// Ada and Bob, who came to the SFU with a third and have just become two again.
  static var routedPair: TestRoom {
    var room = meeting("Ada", "Bob")
    let carol = room.join("Carol")
    room.say(moved: .routed, room.id("Ada"), room.id("Bob"))
    room.handle(#""type":"leave""#, from: carol)
    _ = (room.takeMedia(), room.takeMoves())
    return room
  }

  /// Ada and Bob on their way back to the mesh.
  static var returningPair: TestRoom {
    var room = routedPair
    room.pass(.seconds(30))
    return room
  }

  /// The topology, and behind it the former one while the room moves.
  var path: [Topology] { [state.settings.topology] + (state.settings.former.map { [$0] } ?? []) }

  func id(_ name: String) -> ParticipantID {
    guard let participant = state.inOrder.first(where: { $0.name.text == name }) else {
      preconditionFailure("\(name) is in the room.")
    }
    return participant.id
  }

  /// A resume token of everybody there.
  var tokens: [ResumeToken] { state.inOrder.map { state.statement(of: $0.id, at: now) } }

  mutating func say(moved topology: Topology, _ ids: ParticipantID...) {
    for id in ids { handle(.moved(to: topology), from: id) }
  }
}

extension MediaKinds {
  static let everything: MediaKinds = [.audio, .video, .screen]
}
