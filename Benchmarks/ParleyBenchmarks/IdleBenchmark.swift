import ArgumentParser
import Synchronization

/// Keeps many people in rooms of two who say nothing, so that the server's memory can be read.
struct IdleBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "idle", abstract: "Holds many idle sessions until it is given a line.")

  @OptionGroup var target: Target

  @Option(help: "How many sessions.")
  var sessions = 10_000

  /// Sessions that are being opened at one moment: enough to keep the server busy, few enough for its listen queue.
  private static let opening = 100

  func run() async throws {
    let joined = Counter()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<sessions {
        while joined.count.load(ordering: .relaxed) <= number - Self.opening {
          try await Task.sleep(for: .milliseconds(1))
        }
        group.addTask { try await idle(number, joined) }
      }
      while joined.count.load(ordering: .relaxed) < sessions { try await Task.sleep(for: .milliseconds(5)) }
      show(["joined": "\(sessions)"])
      await nextLine()
      group.cancelAll()
    }
  }

  private final class Counter: Sendable {
    let count = Atomic<Int>(0)
  }

  private func idle(_ number: Int, _ joined: Counter) async throws {
    try await LoadSession.open(to: target, number: number) { session in
      _ = try await session.join(room: "idle-\(number / 2)", name: "Idler \(number)")
      joined.count.add(1, ordering: .relaxed)
      while try await session.nextMessage() != nil {}
    }
  }
}
