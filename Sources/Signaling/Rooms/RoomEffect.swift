/// What is to be done after a room has changed its state, in this order.
package enum RoomEffect: Sendable {
  /// Answers the request that is being handled.
  case reply(ServerResult)
  /// Gives somebody the room: as the result of its request, or as the event `admitted`.
  case welcome(ParticipantID, RoomView, Welcome)
  /// Tells somebody that it has to wait, as the result of its request.
  case putOff(ParticipantID, Waiting.Reason)
  case event(ServerEvent, to: [ParticipantID])
  /// Closes somebody's session and forgets what was sent to it.
  case close(ParticipantID, CloseReason)
  /// Gives somebody a new resume token by an event.
  case renewToken(ParticipantID)
  case media(MediaCommand)
  /// Keeps the request that is being handled until it is settled.
  case hold(RequestTicket)
  /// Answers a request that was kept, through the session it came from.
  case settle(RequestTicket, MediaReply)
  /// A move to this topology is over; for the figures.
  case moveEnded(Topology, TopologyMove.Outcome)
  /// Somebody else leads the conversation; for the figures.
  case speakerChanged
  /// Tells the WHIP or WHEP session of a machine or viewer.
  case stream(ParticipantID, StreamNews)
  /// What must survive a restart has changed.
  case keep
  /// The room is over.
  case end

  package enum Welcome: Sendable, Equatable {
    /// The host key goes to whoever made the room.
    case result(hostKey: String?)
    case admitted
    /// Who comes by WHIP has no page that could show it.
    case door
  }
}

/// Who is told of an event.
enum Audience: Sendable, Equatable {
  case everybody
  case one(ParticipantID)
  /// Those who may admit.
  case admitters
  /// Those in the lobby.
  case waiting
}
