extension RoomState {
  mutating func sendChat(
    _ draft: ChatDraft, from id: ParticipantID, at now: Timestamp, using generator: inout some RandomNumberGenerator
  ) throws(SignalingError) {
    guard let sender = participants[id] else { throw Self.noSuchParticipant }
    if let replyTo = draft.replyTo { try checkReply(to: replyTo, draft, from: id) }
    let message = ChatMessage(
      id: .random(using: &generator), from: id, name: sender.name, to: draft.to, text: draft.text, sentAt: now,
      replyTo: draft.replyTo)
    chat.append(message)
    emit(.reply(.message(message.id)))
    tell(.chatMessage(message), about: message)
  }

  mutating func editChat(
    _ id: MessageID, _ text: String, by participant: ParticipantID, at now: Timestamp
  ) throws(SignalingError) {
    try changeChat(id, by: participant) { message in
      message.text = text
      message.editedAt = now
    }
  }

  /// Leaves the message's place and takes its content.
  mutating func deleteChat(_ id: MessageID, by participant: ParticipantID, at now: Timestamp) throws(SignalingError) {
    let from = chat.message(id, visibleTo: participant)?.from
    try changeChat(id, by: participant) { message in
      message.text = ""
      message.reactions = []
      message.isDeleted = true
    }
    if let from, from != participant {
      note("deleteChat", by: participant, target: from, at: now)
    }
  }

  /// More emoji than people use on one message, few enough to show.
  private static let maximumReactions = 16

  mutating func react(
    to id: MessageID, with emoji: String, _ on: Bool, by participant: ParticipantID
  ) throws(SignalingError) {
    let reactions = chat.message(id, visibleTo: participant)?.reactions ?? []
    if on, reactions.count >= Self.maximumReactions, !reactions.contains(where: { $0.emoji == emoji }) {
      throw SignalingError(.conflict, "This message has as many kinds of reactions as it can take.")
    }
    try changeChat(id, by: participant) { message in
      message.react(participant, emoji: emoji, on: on)
    }
  }

  /// A reply may not be seen by anybody who could not see what it replies to.
  private func checkReply(
    to id: MessageID, _ draft: ChatDraft, from sender: ParticipantID
  ) throws(SignalingError) {
    guard let original = chat.message(id, visibleTo: sender) else { throw Self.noSuchMessage }
    guard original.to != nil else { return }
    guard let to = draft.to, original.isVisible(to: to) else {
      throw SignalingError(.forbidden, "A private message cannot be answered to somebody else.")
    }
  }

  private mutating func changeChat(
    _ id: MessageID, by participant: ParticipantID, _ body: (inout ChatMessage) -> Void
  ) throws(SignalingError) {
    guard var message = chat.message(id, visibleTo: participant) else { throw Self.noSuchMessage }
    guard !message.isDeleted else { throw SignalingError(.conflict, "This message was deleted.") }
    let old = message
    body(&message)
    emit(.reply(.done))
    guard message != old else { return }
    chat.replace(with: message)
    tell(.chatChanged(message), about: message)
  }

  private mutating func tell(_ event: ServerEvent, about message: ChatMessage) {
    guard let to = message.to else { return tell(event) }
    emit(.event(event, to: [message.from, to].filter { participants[$0] != nil }))
  }
}

extension ChatMessage {
  /// Puts a reaction on or takes it off.
  fileprivate mutating func react(_ participant: ParticipantID, emoji: String, on: Bool) {
    let index = reactions.firstIndex { $0.emoji == emoji }
    switch (index, on) {
    case (let index?, true):
      if !reactions[index].participants.contains(participant) { reactions[index].participants.append(participant) }
    case (nil, true):
      reactions.append(Reaction(emoji: emoji, participants: [participant]))
    case (let index?, false):
      reactions[index].participants.removeAll { $0 == participant }
      if reactions[index].participants.isEmpty { reactions.remove(at: index) }
    case (nil, false):
      return
    }
  }
}
