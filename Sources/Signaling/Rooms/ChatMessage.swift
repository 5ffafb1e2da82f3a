/// One message of the chat.
package struct ChatMessage: Sendable, Equatable {
  package let id: MessageID
  package let from: ParticipantID
  package let name: DisplayName
  /// The one it is for; nil for everybody.
  package let to: ParticipantID?
  package var text: String
  package let sentAt: Timestamp
  package let replyTo: MessageID?
  package var editedAt: Timestamp?
  package var isDeleted = false
  package var reactions: [Reaction] = []

  package init(
    id: MessageID, from: ParticipantID, name: DisplayName, to: ParticipantID?, text: String, sentAt: Timestamp,
    replyTo: MessageID?, editedAt: Timestamp? = nil, isDeleted: Bool = false, reactions: [Reaction] = []
  ) {
    self.id = id
    self.from = from
    self.name = name
    self.to = to
    self.text = text
    self.sentAt = sentAt
    self.replyTo = replyTo
    self.editedAt = editedAt
    self.isDeleted = isDeleted
    self.reactions = reactions
  }

  /// One emoji and who reacted with it, in order.
  package struct Reaction: Sendable, Equatable {
    package let emoji: String
    package var participants: [ParticipantID]

    package init(emoji: String, participants: [ParticipantID]) {
      self.emoji = emoji
      self.participants = participants
    }
  }

  /// Whether this participant may know of the message.
  package func isVisible(to participant: ParticipantID) -> Bool {
    guard let to else { return true }
    return participant == to || participant == from
  }
}
