import ArgumentParser

/// Prints every key of the configuration with its meaning, default and an example, as a `.env` file.
struct SettingsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "settings", abstract: "Print every key of the configuration, as a .env file to start from.")

  func run() { print(Settings.environmentExample, terminator: "") }
}
