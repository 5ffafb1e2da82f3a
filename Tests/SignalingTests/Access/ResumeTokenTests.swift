import Signaling
import Testing

@Suite struct ResumeTokenTests {
  private static let key = ServerKeys(master: Array(0..<32)).key(for: .resumeToken)
  private static let now = Timestamp(milliseconds: 1_781_000_000_000)
  private static let token = ResumeToken(
    room: "thé \"1\"", life: "l", participant: ParticipantID(rawValue: "p_1"), name: "Ada 🎉", role: .cohost,
    isOwner: true, isWaiting: false, hostKeyHash: Array(0..<32), issuedAt: now, expiresAt: now + .seconds(60))

  @Test func saysWhatWasSigned() throws {
    var token = Self.token
    #expect(try ResumeToken(verifying: token.signed(with: Self.key), key: Self.key, at: Self.now) == token)
    token.hostKeyHash = nil
    token.isWaiting = true
    #expect(try ResumeToken(verifying: token.signed(with: Self.key), key: Self.key, at: Self.now) == token)
  }

  @Test func everyChangedCharacterAndTruncationIsRefused() {
    let text = Array(Self.token.signed(with: Self.key).utf8)
    for index in text.indices {
      var changed = text
      changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
      #expect(code(String(decoding: changed, as: UTF8.self)) == .tokenInvalid)
      #expect(code(String(decoding: text.prefix(index), as: UTF8.self)) == .tokenInvalid)
    }
  }

  @Test func expiresToTheMillisecond() {
    let text = Self.token.signed(with: Self.key)
    #expect(code(text, at: Self.now + .milliseconds(59_999)) == nil)
    #expect(code(text, at: Self.now + .milliseconds(60_000)) == .tokenExpired)
  }

  @Test func aKeyForAnotherPurposeOrServerIsNone() {
    for other in [
      ServerKeys(master: Array(0..<32)).key(for: .banList), ServerKeys(master: Array(1..<33)).key(for: .resumeToken),
    ] {
      #expect(code(Self.token.signed(with: other)) == .tokenInvalid)
    }
  }

  private func code(_ text: String, at time: Timestamp = now) -> SignalingError.Code? {
    do throws(SignalingError) {
      _ = try ResumeToken(verifying: text, key: Self.key, at: time)
      return nil
    } catch {
      return error.code
    }
  }
}
