import FoundationEssentials
import Testing
import parley

/// `.env.example` and the configuration say the same.
@Suite struct EnvironmentExampleTests {
  private static let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()

  private func example() throws -> String {
    String(decoding: try #require(FileManager.default.contents(atPath: Self.root + "/.env.example")), as: UTF8.self)
  }

  @Test func isWhatTheProgramPrints() throws {
    #expect(try example() == Settings.environmentExample, "Run: parley settings > .env.example")
  }

  @Test func namesEveryKeyOnceAndNoOther() throws {
    let lines = try example().split(separator: "\n").filter { $0.hasPrefix("#") && !$0.hasPrefix("# ") }
    let keys = lines.compactMap { $0.dropFirst().split(separator: "=").first.map(String.init) }

    #expect(keys == Settings.all.map(\.key))
    #expect(Set(keys).count == keys.count)
  }

  @Test func shipsNoSecret() {
    for setting in Settings.all where setting.isSecret {
      #expect(setting.defaultText.isEmpty, "\(setting.key)")
    }
  }
}
