/// The last messages of a room.
package typealias ChatHistory = BoundedHistory<ChatMessage>

extension ChatHistory {
  package init(limits: SignalingLimits) {
    self.init(count: limits.chatHistory, bytes: limits.chatHistoryBytes) { message in
      JSONWriter.byteCount { $0.value(message) }
    }
  }

  /// The message, if this participant may know of it.
  package func message(_ id: MessageID, visibleTo participant: ParticipantID) -> ChatMessage? {
    entries.last { $0.id == id }.flatMap { $0.isVisible(to: participant) ? $0 : nil }
  }

  /// Replaces the message of the same id.
  package mutating func replace(with message: ChatMessage) {
    guard let index = entries.lastIndex(where: { $0.id == message.id }) else { return }
    replace(at: index, with: message)
  }
}
