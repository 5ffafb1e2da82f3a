/// One act of moderation.
package struct AuditEntry: Sendable, Equatable {
  package let time: Timestamp
  package let by: ParticipantID
  package let byName: DisplayName
  package let action: String
  package var target: ParticipantID?
  package var targetName: DisplayName?
  package var detail: String?
}

/// The last acts of moderation in a room, oldest first.
struct AuditLog: Sendable {
  private(set) var entries: [AuditEntry] = []
  private let limit: Int

  init(limit: Int) {
    self.limit = limit
  }

  mutating func append(_ entry: AuditEntry) {
    if entries.count >= limit { entries.removeFirst(entries.count - limit + 1) }
    entries.append(entry)
  }
}
