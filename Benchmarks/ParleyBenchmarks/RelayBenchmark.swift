import ArgumentParser
import Synchronization

/// Relays ICE candidates between pairs of people, so that the server's CPU time for each can be read.
struct RelayBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "relay", abstract: "Relays messages between pairs; waits for a line before and after.")

  @OptionGroup var target: Target

  @Option(help: "How many rooms of two.")
  var pairs = 100

  @Option(help: "How many messages each pair relays: at most the burst that one session may send.")
  var messages = 300

  private static let candidate =
    #"{"candidate":"candidate:842163049 1 udp 1677729535 203.0.113.2 60129 typ srflx raddr 0.0.0.0","sdpMid":"0"}"#

  func run() async throws {
    let stage = Stage()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for pair in 0..<pairs {
        group.addTask { try await receive(pair, stage) }
        await stage.wait { $0.ready.load(ordering: .acquiring) > pair }
      }
      show(["ready": "\(pairs)"])
      await nextLine()
      let began = steadyNanoseconds()
      stage.go.store(true, ordering: .releasing)
      try await group.waitForAll()
      show(["relayed": "\(pairs * messages)", "milliseconds": milliseconds(steadyNanoseconds() - began)])
      await nextLine()
    }
  }

  private final class Stage: Sendable {
    let ready = Atomic<Int>(0)
    let go = Atomic<Bool>(false)

    func wait(for condition: (Stage) -> Bool) async {
      while !condition(self) { try? await Task.sleep(for: .milliseconds(1)) }
    }
  }

  /// The one who receives makes the room and then lets the sender in.
  private func receive(_ pair: Int, _ stage: Stage) async throws {
    try await LoadSession.open(to: target, number: 2 * pair) { session in
      let joined = try await session.join(room: "relay-\(pair)", name: "Receiver")
      guard let me = field("participant", in: joined) else { throw LoadError.refused(joined) }
      async let sending: Void = send(pair, to: me, stage)
      var count = 0
      while count < messages, let message = try await session.nextMessage() {
        if message.hasPrefix(#"{"type":"signal""#) { count += 1 }
      }
      try await sending
    }
  }

  private func send(_ pair: Int, to receiver: String, _ stage: Stage) async throws {
    try await LoadSession.open(to: target, number: 2 * pair + 1) { session in
      _ = try await session.join(room: "relay-\(pair)", name: "Sender")
      stage.ready.add(1, ordering: .releasing)
      await stage.wait { $0.go.load(ordering: .acquiring) }
      for _ in 0..<messages {
        _ = try await session.request(
          #""type":"signal","to":"\#(receiver)","connection":"c1","candidate":\#(Self.candidate)"#)
      }
    }
  }
}
