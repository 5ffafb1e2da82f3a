import SFU
import Testing

// MARK: - What a participant was told
extension RoomUnderTest.Member {
  var refusals: [MediaServer.Refusal] {
    news.compactMap { if case .refused(_, let refusal) = $0 { refusal } else { nil } }
  }

  /// The answers to its fragments, in order.
  var fragments: [String?] {
    news.compactMap { if case .fragment(_, let fragment) = $0 { .some(fragment) } else { nil } }
  }

  var reports: [MediaServer.Report] {
    news.compactMap { if case .report(_, let report) = $0 { report } else { nil } }
  }

  var answers: [String] {
    news.compactMap { if case .answer(_, let answer) = $0 { answer } else { nil } }
  }

  /// How often a connection that it offered has come up.
  var connectionCount: Int { news.count { $0 == .connected(name) } }
}

extension RoomUnderTest {
  /// What a participant is told about what goes on.
  func report(of member: Member) throws -> MediaServer.Report {
    let count = member.reports.count
    perform(.report(member.name))
    try run { member.reports.count > count }
    return try #require(member.reports.last)
  }
}
