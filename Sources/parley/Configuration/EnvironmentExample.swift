extension Settings {
  /// The text of `.env.example`: every key with its sentence and default.
  package static var environmentExample: String {
    let head = """
      # Parley's configuration. Copy this file to .env and change what you need; the environment goes before it.
      # A key that stands here commented out has the value shown unless you set it. `parley settings` prints this file.

      """
    return head
      + groups.map { group in
        "\n# --- \(group.title)\n" + group.settings.map { "\n" + $0.exampleText }.joined()
      }.joined()
  }
}

extension SettingDescription {
  /// As one would write it; of secrets only how to make one.
  package var exampleLine: String { "\(key)=\(example)" }

  fileprivate var exampleText: String {
    """
    # \(sentence)
    # Example: \(exampleLine)
    #\(key)=\(defaultText)

    """
  }
}
