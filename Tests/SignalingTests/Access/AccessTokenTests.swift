import FoundationEssentials
import Signaling
import Testing

@Suite struct AccessTokenTests {
  private static let secret = Array("0123456789abcdef0123456789abcdef".utf8)
  private static let now = Timestamp(milliseconds: 1_781_000_000_000)

  @Test func readsWhatASignedTokenSays() throws {
    let text = token(
      #"{"sub":"ada","name":"Ada","rooms":["Tea"],"grants":{"role":"speaker","permissions":["chat"]},"rooms":["tea"],"exp":1781000060}"#
    )

    let token = try AccessToken(verifying: text, secret: Self.secret, at: Self.now)

    #expect(token.subject == "ada")
    #expect(token.name?.text == "Ada")
    let grant = AccessGrant(subject: "ada", role: .speaker, permissions: .chat)
    #expect(try token.grant(for: RoomName("tEA")) == grant)
    #expect(throws: SignalingError.self) { try token.grant(for: RoomName("coffee")) }
    #expect(token.expiry == Timestamp(milliseconds: 1_781_000_060_000))
  }

  @Test func agreesWithTheExampleOfRFC7515() {
    // RFC 7515 appendix A.1: the signature is right, the claims have no subject and are long over.
    let text =
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
      + ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
      + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    let key =
      "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"
    let secret = base64URL(key)

    #expect(
      HMAC.sha256(Array(text.utf8.prefix { $0 != 0x2E }) + [0x2E] + middle(of: text), key: secret)
        == base64URL(last(of: text)))
    #expect(throws: SignalingError.self) { try AccessToken(verifying: text, secret: secret, at: Self.now) }
  }

  @Test(arguments: [
    #"{"alg":"none"}"#, #"{"alg":"HS256","crit":["b64"]}"#, #"{"alg":"hs256"}"#, #"{"alg":"RS256"}"#,
    #"{"alg":"HS512"}"#, "{}", "[]", "",
  ])
  func refusesEveryOtherAlgorithmThoughTheSignatureIsRight(header: String) {
    let text = token(#"{"sub":"ada","rooms":["tea"],"exp":1781000060}"#, header: header)

    #expect(code(text) == .tokenInvalid)
  }

  @Test func refusesEveryChangedCharacter() throws {
    let text = token(#"{"sub":"ada","rooms":["tea"],"exp":1781000060}"#)
    let characters = Array(text.utf8)

    for index in characters.indices {
      var changed = characters
      changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
      #expect(code(String(decoding: changed, as: UTF8.self)) == .tokenInvalid, "character \(index)")
    }
  }

  @Test func refusesEveryTruncationAndGarbage() {
    let text = token(#"{"sub":"ada","rooms":["tea"],"exp":1781000060}"#)

    for length in 0..<text.utf8.count {
      #expect(code(String(text.prefix(length))) == .tokenInvalid)
    }
    for garbage in ["..", "a.b.c", "....", String(repeating: "a", count: 100_000), text + "A", text + ".", "é.é.é"] {
      #expect(code(garbage) == .tokenInvalid)
    }
  }

  @Test func anotherSecretIsNoSecret() {
    let text = token(
      #"{"sub":"ada","rooms":["tea"],"exp":1781000060}"#, secret: Array("another-secret-another-secret-!!".utf8))

    #expect(code(text) == .tokenInvalid)
  }

  @Test(arguments: [
    (#"{"sub":"ada","rooms":[],"exp":1780999000}"#, SignalingError.Code.tokenExpired),
    (#"{"sub":"ada","rooms":[],"exp":1781009000,"nbf":1781005000}"#, .tokenInvalid),
    (#"{"sub":"ada","exp":1e300}"#, .tokenInvalid),
    (#"{"sub":"ada","exp":-1}"#, .tokenInvalid),
    (#"{"sub":"ada","rooms":[]}"#, .tokenInvalid),
    (#"{"sub":"ada","exp":1781000060}"#, .tokenInvalid),
    (#"{"sub":"ada","rooms":["tea"],"grants":{"role":"emperor"},"exp":1781000060}"#, .tokenInvalid),
    (#"{"sub":"ada","rooms":["tea"],"grants":{"permissions":["fly"]},"exp":1781000060}"#, .tokenInvalid),
    (#"{"sub":"ada","rooms":["tea"],"name":"","exp":1781000060}"#, .tokenInvalid),
    (#"{"rooms":["tea"],"exp":1781000060}"#, .tokenInvalid),
    (#"{"sub":7,"rooms":["tea"],"exp":1781000060}"#, .tokenInvalid),
  ])
  func refusesClaimsThatDoNotHold(claims: String, expected: SignalingError.Code) {
    #expect(code(token(claims)) == expected)
  }

  private func token(_ claims: String, header: String = #"{"alg":"HS256","typ":"JWT"}"#, secret: [UInt8] = secret)
    -> String
  {
    let signed = base64URL(header.utf8) + "." + base64URL(claims.utf8)
    return signed + "." + base64URL(HMAC.sha256(Array(signed.utf8), key: secret))
  }

  private func code(_ text: String) -> SignalingError.Code? {
    do throws(SignalingError) {
      _ = try AccessToken(verifying: text, secret: Self.secret, at: Self.now)
      return nil
    } catch {
      return error.code
    }
  }

  private func base64URL(_ bytes: some Sequence<UInt8>) -> String {
    Data(Array(bytes)).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing(
      "=", with: "")
  }

  private func base64URL(_ text: String) -> [UInt8] {
    let padded = text.replacing("-", with: "+").replacing("_", with: "/")
    return Array(Data(base64Encoded: padded + String(repeating: "=", count: (4 - padded.count % 4) % 4)) ?? Data())
  }

  private func middle(of text: String) -> [UInt8] { Array(text.split(separator: ".")[1].utf8) }
  private func last(of text: String) -> String { String(text.split(separator: ".")[2]) }
}
