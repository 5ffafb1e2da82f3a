import ArgumentParser
import Synchronization

/// Sends chat messages into one large room and times their arrival at every listener.
struct ChatBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "chat", abstract: "Times chat in one large room.")

  @OptionGroup var target: Target

  @Option(help: "How many people are in the room.")
  var members = 500

  @Option(help: "How many messages are sent.")
  var messages = 200

  /// Those who write, in turn: at two messages a second each they stay within what one person may send.
  private static let speakers = 20
  private static let pause = Duration.milliseconds(50)

  func run() async throws {
    let progress = Progress()
    let arrivals = try await withThrowingTaskGroup(of: [Int64].self) { group in
      for number in 0..<members {
        group.addTask {
          number < Self.speakers ? try await speak(number, progress) : try await listen(number, progress)
        }
        // One after the other, so that the first is the host and nobody waits in the server's listen queue.
        await progress.wait { $0.joined.load(ordering: .acquiring) > number }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    report(arrivals.sorted())
  }

  /// What the members know of each other.
  private final class Progress: Sendable {
    let joined = Atomic<Int>(0)
    let sent = Atomic<Int>(0)
    let done = Atomic<Int>(0)

    func wait(for condition: (Progress) -> Bool) async {
      while !condition(self) { try? await Task.sleep(for: .milliseconds(1)) }
    }
  }

  /// Joins and writes every twentieth message, each holding the moment of its sending.
  private func speak(_ number: Int, _ progress: Progress) async throws -> [Int64] {
    try await LoadSession.open(to: target, number: number) { session in
      _ = try await session.join(room: "crowd", name: "Speaker \(number)")
      if number == 0 { _ = try await session.request(#""type":"updateRoom","maxParticipants":1000"#) }
      progress.joined.add(1, ordering: .releasing)
      await progress.wait { $0.joined.load(ordering: .acquiring) == members }
      for turn in stride(from: number, to: messages, by: Self.speakers) {
        await progress.wait { $0.sent.load(ordering: .acquiring) == turn }
        try await Task.sleep(for: Self.pause)
        _ = try await session.request(#""type":"sendChat","text":"@\#(steadyNanoseconds()) said one of us""#)
        progress.sent.add(1, ordering: .releasing)
      }
      await progress.wait { $0.done.load(ordering: .acquiring) == members - Self.speakers }
      return []
    }
  }

  /// Joins and notes how long each message was on its way.
  private func listen(_ number: Int, _ progress: Progress) async throws -> [Int64] {
    try await LoadSession.open(to: target, number: number) { session in
      _ = try await session.join(room: "crowd", name: "Listener \(number)")
      progress.joined.add(1, ordering: .releasing)
      var taken: [Int64] = []
      while taken.count < messages, let message = try await session.nextMessage() {
        let now = steadyNanoseconds()
        if let sent = sendingTime(of: message) { taken.append(now - sent) }
      }
      progress.done.add(1, ordering: .releasing)
      return taken
    }
  }

  private func sendingTime(of message: String) -> Int64? {
    guard let mark = message.utf8.firstIndex(of: UInt8(ascii: "@")) else { return nil }
    return Int64(message[message.utf8.index(after: mark)...].prefix { $0.isNumber })
  }

  private func report(_ sorted: [Int64]) {
    show([
      "arrivals": "\(sorted.count)", "p50": milliseconds(percentile(0.5, of: sorted)),
      "p99": milliseconds(percentile(0.99, of: sorted)), "max": milliseconds(sorted.last ?? 0),
    ])
  }
}
