/// What a request is answered with when it succeeds: one case per shape of `docs/signaling.md`.
package enum ServerResult: Sendable {
  case hello(Greeting)
  case joined(Snapshot)
  case waiting(WaitingNotice)
  case resumed(ResumeNotice)
  case devices(Devices)
  case message(MessageID)
  case count(Int)
  case audit([AuditEntry])
  /// A new stream key with its text, which is told this once.
  case streamKey(StreamKeyID, text: String, name: DisplayName)
  case streamKeys([StreamKeyNotice])
  /// A connection test has begun, and how long it lasts at most.
  case echo(maximumDuration: Duration)
  /// The server's answer to the offer of a publishing connection (SDP).
  case answer(String)
  case media(MediaReport)
  case done
}

/// What the server says of itself.
package struct Greeting: Sendable {
  package var server: String
  package var time: Timestamp
  package var heartbeat: Duration
  package var limits: SignalingLimits
  package var topologies: [Topology]

  package init(server: String, time: Timestamp, heartbeat: Duration, limits: SignalingLimits, topologies: [Topology]) {
    self.server = server
    self.time = time
    self.heartbeat = heartbeat
    self.limits = limits
    self.topologies = topologies
  }
}

/// A room as one participant may see it.
package struct Snapshot: Sendable {
  package var participant: ParticipantID
  package var resumeToken: String
  /// Only for the one who made the room.
  package var hostKey: String?
  package var view: RoomView
  package var iceServers: [ICEServer]
  /// The last event this snapshot includes.
  package var seq: Int64

  package init(
    participant: ParticipantID, resumeToken: String, hostKey: String? = nil, view: RoomView, iceServers: [ICEServer],
    seq: Int64
  ) {
    self.participant = participant
    self.resumeToken = resumeToken
    self.hostKey = hostKey
    self.view = view
    self.iceServers = iceServers
    self.seq = seq
  }
}

/// What one participant may see of a room.
package struct RoomView: Sendable, Equatable {
  package var room: RoomSettings
  package var participants: [Participant]
  /// Only for those who may admit.
  package var waiting: [Waiting]?
  package var chat: [ChatMessage]

  package init(room: RoomSettings, participants: [Participant], waiting: [Waiting]? = nil, chat: [ChatMessage]) {
    self.room = room
    self.participants = participants
    self.waiting = waiting
    self.chat = chat
  }
}

/// What somebody is told who has to wait.
package struct WaitingNotice: Sendable {
  package var participant: ParticipantID
  package var resumeToken: String
  package var reason: Waiting.Reason
  package var message: String?

  package init(participant: ParticipantID, resumeToken: String, reason: Waiting.Reason, message: String? = nil) {
    self.participant = participant
    self.resumeToken = resumeToken
    self.reason = reason
    self.message = message
  }
}

/// What somebody is told who came back in time; the missed events follow.
package struct ResumeNotice: Sendable {
  package var participant: ParticipantID
  package var resumeToken: String
  package var iceServers: [ICEServer]

  package init(participant: ParticipantID, resumeToken: String, iceServers: [ICEServer]) {
    self.participant = participant
    self.resumeToken = resumeToken
    self.iceServers = iceServers
  }
}
