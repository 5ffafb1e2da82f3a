/// One act of moderation.
package struct AuditEntry: Sendable, Equatable {
  package let time: Timestamp
  package let by: ParticipantID
  package let byName: DisplayName
  package let action: String
  package var target: ParticipantID?
  package var targetName: DisplayName?
  package var detail: String?

  package init(
    time: Timestamp, by: ParticipantID, byName: DisplayName, action: String, target: ParticipantID? = nil,
    targetName: DisplayName? = nil, detail: String? = nil
  ) {
    self.time = time
    self.by = by
    self.byName = byName
    self.action = action
    self.target = target
    self.targetName = targetName
    self.detail = detail
  }
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
