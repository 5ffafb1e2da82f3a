import Load
import RTP
import SFU

// MARK: - Participants of a meeting, by signalling
extension LoadRun {
  /// Whoever publishes sees all others who do; subscribers see those and publish nothing.
  func meet(_ worker: LoadWorker, _ watch: ProcessWatch?) async throws -> LoadReport {
    var members: [MeetingMember] = []
    for number in 0..<plan.publishers + plan.subscribers {
      members.append(MeetingMember(number: number, plan: plan, member: await worker.addMember(), of: worker))
    }
    return try await withThrowingTaskGroup(of: Void.self) { group in
      defer { group.cancelAll() }
      let memory = await gather(members, watch, in: &group)
      if let failure = await Self.failures(of: members.filter(\.publishes)).first {
        await leave(members, worker)
        throw Failure.nobodyPlays(failure)
      }
      let times = await waitForMedia(members)
      var (report, figures) = try await measure(worker, watch)
      report.note(memory: memory, watch?.memoryByteCount, of: members.count - 1)
      let failures = await Self.failures(of: members)
      report.note(publishers: plan.publishers, players: times.compactMap(\.self), failures: failures)
      report.subscribers = plan.subscribers
      report.participants = await Self.participants(members, times, figures)
      await leave(members, worker)
      return report
    }
  }

  /// Has everybody come in at the rate of the plan, once the first has made the room ready; returns the server's memory with that one.
  private func gather(
    _ members: [MeetingMember], _ watch: ProcessWatch?, in group: inout ThrowingTaskGroup<Void, any Error>
  ) async -> Int? {
    var memory: Int?
    for (number, member) in members.enumerated() {
      await member.start(at: SystemClock.now)
      group.addTask { await member.run() }
      if number == 0 {
        _ = await wait(for: member, expectingMedia: false)
        memory = watch?.memoryByteCount
      } else {
        try? await Task.sleep(for: .seconds(1) / plan.joinsPerSecond)
      }
    }
    return memory
  }

  /// How long it took until media flowed to each, in nanoseconds; nil for whom it does not, and for the first, who found nobody.
  private func waitForMedia(_ members: [MeetingMember]) async -> [Int64?] {
    var times: [Int64?] = []
    for (number, member) in members.enumerated() {
      // One who publishes alone is sent nothing.
      let isAlone = member.publishes && plan.publishers == 1
      let time = isAlone ? nil : await wait(for: member, expectingMedia: true)
      times.append(number == 0 ? nil : time)
    }
    tell("\(members.count - (await Self.failures(of: members)).count) of \(members.count) are there")
    return times
  }

  private func wait(for member: MeetingMember, expectingMedia: Bool) async -> Int64? {
    let end = SystemClock.now + Self.joinTimeout
    while SystemClock.now < end {
      do {
        if let time = try await member.progress(expectingMedia: expectingMedia) { return time }
        if !expectingMedia, await member.isWaiting { return nil }
        try await Task.sleep(for: Self.pollInterval)
      } catch {
        await member.giveUp(error)
        return nil
      }
    }
    await member.giveUp()
    return nil
  }

  private static func failures(of members: [MeetingMember]) async -> [String] {
    var failures: [String] = []
    for member in members { if let failure = await member.failure { failures.append(failure) } }
    return failures
  }

  private static func participants(
    _ members: [MeetingMember], _ times: [Int64?], _ figures: [LoadFigures]
  ) async -> [ParticipantReport] {
    var names: [String: String] = [:]
    for member in members { names[await member.participant] = member.name }
    var reports: [ParticipantReport] = []
    for (member, time) in zip(members, times) {
      let sources = await member.sources.compactMapValues { names[$0] }
      reports.append(ParticipantReport(member.name, joinTime: time, figures[member.member], sources))
    }
    return reports
  }

  private func leave(_ members: [MeetingMember], _ worker: LoadWorker) async {
    await worker.leave()
    await withTaskGroup { group in
      for member in members { group.addTask { await member.leave() } }
    }
  }
}
