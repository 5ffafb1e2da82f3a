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

/// The last acts of moderation in a room, bounded in number and in bytes, oldest first.
struct AuditLog: Sendable {
  /// Enough to say why; what a moderator wrote to many would fill the log.
  private static let maximumDetail = 200

  private(set) var entries: [AuditEntry] = []
  private var byteCount = 0
  private let limitCount: Int
  private let limitBytes: Int

  init(limits: SignalingLimits) {
    limitCount = limits.auditEntries
    limitBytes = limits.auditBytes
  }

  mutating func append(_ entry: AuditEntry) {
    var entry = entry
    entry.detail = entry.detail.map { String($0.prefix(Self.maximumDetail)) }
    entries.append(entry)
    byteCount += Self.cost(of: entry)
    trim()
  }

  private mutating func trim() {
    var surplus = 0
    while entries.count - surplus > limitCount || byteCount > limitBytes && surplus < entries.count {
      byteCount -= Self.cost(of: entries[surplus])
      surplus += 1
    }
    entries.removeFirst(surplus)
  }

  /// What an entry takes in the answer to `getAudit`.
  private static func cost(of entry: AuditEntry) -> Int {
    JSONWriter.byteCount { $0.value(entry) }
  }
}
