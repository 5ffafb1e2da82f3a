import ArgumentParser
import Synchronization

/// Counts whole joins: TCP connection, WebSocket upgrade, hello, join, and the leave that makes room for the next.
struct JoinBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "joins", abstract: "Joins and leaves as fast as it can.")

  @OptionGroup var target: Target

  @Option(help: "How many joins.")
  var joins = 10_000

  @Option(help: "How many go on at once.")
  var concurrency = 64

  func run() async throws {
    let next = Turns()
    let began = steadyNanoseconds()
    let taken = try await withThrowingTaskGroup(of: [Int64].self) { group in
      for _ in 0..<concurrency { group.addTask { try await joinRepeatedly(next) } }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    report(taken.sorted(), seconds: Double(steadyNanoseconds() - began) / 1e9)
  }

  private final class Turns: Sendable {
    let taken = Atomic<Int>(0)
  }

  private func joinRepeatedly(_ turns: Turns) async throws -> [Int64] {
    var taken: [Int64] = []
    while true {
      let number = turns.taken.add(1, ordering: .relaxed).oldValue
      guard number < joins else { return taken }
      taken.append(try await joinOnce(number))
    }
  }

  /// Joins a room of its own; returns how long it took until the room was there.
  private func joinOnce(_ number: Int) async throws -> Int64 {
    let began = steadyNanoseconds()
    return try await LoadSession.open(to: target, number: number) { session in
      _ = try await session.join(room: "join-\(number)", name: "Joiner")
      let joined = steadyNanoseconds()
      _ = try await session.request(#""type":"leave""#)
      return joined - began
    }
  }

  private func report(_ sorted: [Int64], seconds: Double) {
    show([
      "joins": "\(joins)", "perSecond": "\(Int(Double(joins) / seconds))",
      "p50": milliseconds(percentile(0.5, of: sorted)), "p99": milliseconds(percentile(0.99, of: sorted)),
    ])
  }
}
