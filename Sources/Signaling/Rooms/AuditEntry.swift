/// One act of moderation.
package struct AuditEntry: Sendable, Equatable {
  /// Enough to say why; what a moderator wrote to many would fill the history.
  private static let maximumDetail = 200

  package let time: Timestamp
  package let by: ParticipantID
  package let byName: DisplayName
  package let action: String
  package var target: ParticipantID?
  package var targetName: DisplayName?
  package let detail: String?

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
    self.detail = detail.map { String($0.prefix(Self.maximumDetail)) }
  }
}

extension BoundedHistory<AuditEntry> {
  /// The last acts of moderation in a room.
  init(limits: SignalingLimits) {
    self.init(count: limits.auditEntries, bytes: limits.auditBytes) { entry in
      JSONWriter.byteCount { $0.value(entry) }
    }
  }
}
