import Testing
import parley

@Suite struct UnknownKeysTests {
  @Test func namesTheKeyThatWasProbablyMeant() {
    #expect(
      UnknownKeys.warnings(for: ["SERVER_LISTEN_PROT"]) == [
        "SERVER_LISTEN_PROT in .env is not a key of Parley; did you mean SERVER_LISTEN_PORT?"
      ])
  }

  @Test func guessesNothingForAnotherWord() {
    #expect(UnknownKeys.warnings(for: ["FLAVOUR"]) == ["FLAVOUR in .env is not a key of Parley."])
  }

  @Test func tellsOfAllMiroTalkKeysInOneLine() {
    let warnings = UnknownKeys.warnings(for: ["SHOW_CHAT_PIN", "BRAND_HTML_INJECTION", "NODE_ENV", "LOG_LEVEL"])
    #expect(
      warnings == ["These keys of MiroTalk in .env mean nothing here: BRAND_HTML_INJECTION, NODE_ENV, SHOW_CHAT_PIN."])
  }

  @Test func saysNothingOfKnownKeys() {
    #expect(UnknownKeys.warnings(for: Settings.all.map(\.key)).isEmpty)
  }
}
