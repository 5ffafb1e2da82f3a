import ArgumentParser

/// Puts load on a running Parley and prints what came of it as one JSON object; `make bench` runs them all.
@main
struct ParleyBenchmarks: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Puts load on a running Parley server.",
    subcommands: [
      IdleBenchmark.self, JoinBenchmark.self, ChatBenchmark.self, RelayBenchmark.self, RoutedServer.self,
    ])
}

/// Where the server under load listens.
struct Target: ParsableArguments {
  @Option(help: "The server's address.")
  var address = "127.0.0.1"

  @Option(help: "The server's port.")
  var port = 3010
}
