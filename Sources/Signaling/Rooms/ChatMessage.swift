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

  /// One emoji and who reacted with it, in order.
  package struct Reaction: Sendable, Equatable {
    package let emoji: String
    package var participants: [ParticipantID]
  }

  /// Whether this participant may know of the message.
  func isVisible(to participant: ParticipantID) -> Bool {
    guard let to else { return true }
    return participant == to || participant == from
  }
}
