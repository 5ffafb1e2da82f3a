import Testing

/// The rules that a reader relies on everywhere.
@Suite struct HouseRuleTests {
  private static let longestFile = 400
  private static let code: Set = ["swift", "c", "h", "js", "mjs", "ts", "css", "html", "py", "go"]
  private static let everything =
    Repository.files(in: "Sources", "Tests", "public") + Repository.files(in: "docs", "deploy", "scripts", "Benchmarks")

  @Test(arguments: Repository.files(in: "Sources", "Tests", "public", extensions: code))
  func isShortEnoughToBeReadAtOnce(file: Repository.File) {
    let count = file.lines.count - (file.text.hasSuffix("\n") ? 1 : 0)
    #expect(count <= Self.longestFile, "\(file.path)")
  }

  /// The words are put together here, so that this file has none.
  @Test(arguments: everything)
  func isFinished(file: Repository.File) {
    for word in ["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"] {
      let isWord = file.text.ranges(of: word).contains { range in
        let before =
          range.lowerBound == file.text.startIndex ? " " : file.text[file.text.index(before: range.lowerBound)]
        let after = range.upperBound == file.text.endIndex ? " " : file.text[range.upperBound]
        return !before.isLetter && !after.isLetter
      }
      #expect(!isWord, "\(file.path) has \(word)")
    }
  }

  @Test(arguments: Repository.files(in: "public"))
  func namesNoOtherHost(file: Repository.File) {
    let names = ["http", "https", "ws", "wss", "stun", "turn"].flatMap { Self.hosts(after: $0, in: file.text) }
    #expect(names.isEmpty, "\(file.path)")
  }

  /// XML names its vocabularies by addresses that nobody visits.
  private static let namespaces: Set<Substring> = ["www.w3.org"]

  /// What follows `scheme://`, where it is a name and not put together at run time.
  private static func hosts(after scheme: String, in text: String) -> [Substring] {
    text.ranges(of: scheme + "://").compactMap { range in
      let host = text[range.upperBound...].prefix { $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" }
      return host.isEmpty || namespaces.contains(host) ? nil : host
    }
  }
}
