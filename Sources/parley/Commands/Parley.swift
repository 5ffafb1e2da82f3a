import ArgumentParser

/// The program: its commands and what they have in common.
@main
struct Parley: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "parley",
    abstract: "Video meetings, calls and webinars on your own server.",
    discussion: """
      Without arguments, `parley` serves: open http://localhost:3010 in a browser.
      It is configured by environment variables or a file .env beside it; `parley settings` explains every key.
      """,
    version: version,
    subcommands: [Serve.self, SettingsCommand.self, LoadCommand.self],
    defaultSubcommand: Serve.self)
}
