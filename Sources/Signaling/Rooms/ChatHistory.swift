/// The last messages of a room, bounded in number and in bytes, oldest first.
package struct ChatHistory: Sendable {
  package private(set) var messages: [ChatMessage] = []
  private var byteCount = 0
  private let limitCount: Int
  private let limitBytes: Int

  package init(limits: SignalingLimits) {
    limitCount = limits.chatHistory
    limitBytes = limits.chatHistoryBytes
  }

  package mutating func append(_ message: ChatMessage) {
    messages.append(message)
    byteCount += Self.cost(of: message)
    trim()
  }

  /// The message, if this participant may know of it.
  package func message(_ id: MessageID, visibleTo participant: ParticipantID) -> ChatMessage? {
    messages.last { $0.id == id }.flatMap { $0.isVisible(to: participant) ? $0 : nil }
  }

  /// Replaces the message of the same id.
  package mutating func replace(with message: ChatMessage) {
    guard let index = messages.lastIndex(where: { $0.id == message.id }) else { return }
    byteCount += Self.cost(of: message) - Self.cost(of: messages[index])
    messages[index] = message
    trim()
  }

  private mutating func trim() {
    var surplus = 0
    while messages.count - surplus > limitCount || byteCount > limitBytes && surplus < messages.count {
      byteCount -= Self.cost(of: messages[surplus])
      surplus += 1
    }
    messages.removeFirst(surplus)
  }

  /// What a message takes in a snapshot.
  private static func cost(of message: ChatMessage) -> Int {
    JSONWriter.byteCount { $0.value(message) }
  }
}
