/// Something the server tells of its own accord: one case per event of `docs/signaling.md`.
package enum ServerEvent: Sendable {
  case participantJoined(Participant)
  case participantLeft(ParticipantID, LeavingReason)
  case participantChanged(Participant, [Participant.Field])
  case roomChanged(RoomSettings, [RoomSettings.Field])
  case chatMessage(ChatMessage)
  case chatChanged(ChatMessage)
  case reaction(ParticipantID, emoji: String)
  case signal(from: ParticipantID, connection: String, payload: [UInt8])
  case waitingChanged([Waiting])
  case lobbyMessage(text: String)
  case admitted(Snapshot)
  case denied(message: String?)
  case moderated(ModerationRequest.Action, by: ParticipantID, reason: String?)
  case hostKey(String)
  case resumeToken(String)
  case removed(RemovalReason, message: String?)
  case roomEnded(EndReason)
  case serverStopping(reconnectAfter: Duration)
  /// The server's offer for what the receiver subscribes to, and the number by which the answer names it.
  case subscription(number: Int64, offer: String, slots: [MediaSlot])
  /// These slots of the receiver's subscription carry other tracks now, without another offer.
  case slots([MediaSlot])
  /// The media plane has nothing of the receiver any more and has taken it in anew.
  case mediaLost
  /// So many of the layers of what the receiver publishes are of use to somebody, counted from the smallest.
  case demand(MediaSource, layers: Int)
  /// How the media of these does now.
  case qualityChanged([Participant])
  case echoEnded(EchoEndReason)

  package enum LeavingReason: String, Sendable, CaseIterable { case left, timedOut, removed, banned }
  package enum RemovalReason: String, Sendable, CaseIterable { case removed, banned }
  package enum EndReason: String, Sendable, CaseIterable { case host, duration }
  package enum EchoEndReason: String, Sendable, CaseIterable { case timeLimit, failed }

  /// The event types as they are written.
  package enum Kind: String, Sendable, CaseIterable {
    case participantJoined, participantLeft, participantChanged, roomChanged, chatMessage, chatChanged, reaction, signal
    case waitingChanged, lobbyMessage, admitted, denied, moderated, hostKey, resumeToken, removed, roomEnded
    case serverStopping, subscription, slots, mediaLost, demand, qualityChanged, echoEnded
  }

  package var kind: Kind {
    switch self {
    case .participantJoined: .participantJoined
    case .participantLeft: .participantLeft
    case .participantChanged: .participantChanged
    case .roomChanged: .roomChanged
    case .chatMessage: .chatMessage
    case .chatChanged: .chatChanged
    case .reaction: .reaction
    case .signal: .signal
    case .waitingChanged: .waitingChanged
    case .lobbyMessage: .lobbyMessage
    case .admitted: .admitted
    case .denied: .denied
    case .moderated: .moderated
    case .hostKey: .hostKey
    case .resumeToken: .resumeToken
    case .removed: .removed
    case .roomEnded: .roomEnded
    case .serverStopping: .serverStopping
    case .subscription: .subscription
    case .slots: .slots
    case .mediaLost: .mediaLost
    case .demand: .demand
    case .qualityChanged: .qualityChanged
    case .echoEnded: .echoEnded
    }
  }
}
