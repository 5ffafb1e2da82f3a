import FoundationEssentials
import Load
import RTP
import SFU

// MARK: - Publishers and players, by WHIP and WHEP
extension LoadRun {
  /// Somebody who has joined, and how long it took until media flowed, in nanoseconds.
  private struct Member: Sendable {
    let session: URL?
    let joinTime: Int64
  }

  func stream(_ worker: LoadWorker, _ watch: ProcessWatch?) async throws -> LoadReport {
    let publishers = await join(plan.publishers, worker) { number in
      (plan.publishing, plan.publishDoor(number))
    }
    guard publishers.failures.isEmpty else {
      await leave(publishers.members, [], worker)
      throw Failure.nobodyPlays(publishers.failures[0])
    }
    let memory = watch?.memoryByteCount
    let players = await join(plan.subscribers, worker) { number in (LoadPeer.Part.player, plan.watchDoor(number)) }
    guard !players.members.isEmpty || plan.subscribers == 0 else {
      await leave(publishers.members, [], worker)
      throw Failure.nobodyPlays(players.failures.first ?? "")
    }
    var (report, _) = try await measure(worker, watch)
    report.note(memory: memory, watch?.memoryByteCount, of: players.members.count)
    report.note(publishers: plan.publishers, players: players.members.map(\.joinTime), failures: players.failures)
    await leave(publishers.members, players.members, worker)
    return report
  }

  /// Has so many join at the rate of the plan; returns who is in, and why others are not.
  private func join(
    _ count: Int, _ worker: LoadWorker, _ role: @escaping @Sendable (Int) -> (LoadPeer.Part, StreamDoor)
  ) async -> (members: [Member], failures: [String]) {
    await withTaskGroup(of: Result<Member, any Error>.self) { group in
      for number in 0..<count {
        let (part, door) = role(number)
        group.addTask { await Self.catching { try await join(worker, part, door) } }
        try? await Task.sleep(for: .seconds(1) / plan.joinsPerSecond)
      }
      var (members, failures) = ([Member](), [String]())
      for await result in group {
        switch result {
        case .success(let member): members.append(member)
        case .failure(let error): failures.append("\(error)")
        }
      }
      tell("\(members.count) of \(count) \(count == plan.publishers ? "publish" : "play") \(failures.first ?? "")")
      return (members, failures)
    }
  }

  private static func catching(_ body: () async throws -> Member) async -> Result<Member, any Error> {
    do { return .success(try await body()) } catch { return .failure(error) }
  }

  private func join(_ worker: LoadWorker, _ part: LoadPeer.Part, _ door: StreamDoor) async throws -> Member {
    let (id, offer) = try await worker.add(part)
    let begun = SystemClock.now
    let session = try await door.open(offer)
    try await worker.accept(answer: session.answer, of: id)
    let end = SystemClock.now + Self.joinTimeout
    while SystemClock.now < end {
      let progress = await worker.progress(of: id)
      if progress.state == .failed { break }
      if let there = part.isPublisher ? progress.connectedAt : progress.firstMediaAt {
        return Member(session: session.address, joinTime: there.nanoseconds(since: begun))
      }
      try await Task.sleep(for: Self.pollInterval)
    }
    if let address = session.address { await StreamDoor.close(address, secret: door.secret) }
    throw Failure.noConnection
  }

  private func leave(_ publishers: [Member], _ players: [Member], _ worker: LoadWorker) async {
    await worker.leave()
    await withTaskGroup { group in
      for (members, secret) in [(players, plan.watchSecret), (publishers, plan.publishSecret)] {
        for address in members.compactMap(\.session) {
          group.addTask { await StreamDoor.close(address, secret: secret) }
          try? await Task.sleep(for: .seconds(1) / (2 * plan.joinsPerSecond))
        }
      }
    }
  }
}
