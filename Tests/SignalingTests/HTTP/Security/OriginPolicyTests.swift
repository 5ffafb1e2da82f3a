import HTTPTypes
import Signaling
import Testing

@Suite struct OriginPolicyTests {
  // The force-unwrap holds: the text is an origin.
  private let policy = OriginPolicy(
    publicURL: PublicURL("https://meet.example/tea"), allowedOrigins: [WebOrigin("https://www.example:444")!])

  private func request(host: String, isSecure: Bool) -> RequestOrigin {
    let connection = RequestOrigin.Connection(peer: IPAddress("203.0.113.9"), isSecure: isSecure)
    return RequestOrigin([:], authority: host, connection: connection, proxies: .none)
  }

  @Test(arguments: [
    nil, "http://10.0.0.5:3010", "https://meet.example", "https://MEET.example:443", "https://www.example:444",
  ])
  func allowsItsOwnPagesAndThoseNamed(origin: String?) {
    #expect(policy.allows(origin, to: request(host: "10.0.0.5:3010", isSecure: false)))
  }

  @Test(arguments: [
    "null", "", "https://evil.example", "http://meet.example", "https://meet.example.evil.example",
    "https://www.example", "https://meet.example/", "ftp://10.0.0.5:3010", "http://10.0.0.5",
    "http://10.0.0.5:3010@evil",
  ])
  func refusesEverybodyElse(origin: String) {
    #expect(!policy.allows(origin, to: request(host: "10.0.0.5:3010", isSecure: false)))
  }

  @Test func allowsASecurePageBehindAProxyItWasNotToldOf() {
    #expect(policy.allows("https://new.example", to: request(host: "new.example", isSecure: false)))
    #expect(!policy.allows("http://new.example", to: request(host: "new.example", isSecure: true)))
  }

  @Test(arguments: [
    "meet.example", "https://", "https://a?b", "https://meet.example/a/../b", "https://meet.example/a b",
  ])
  func refusesWhatIsNoPublicURL(text: String) {
    #expect(PublicURL(text) == nil)
  }

  @Test func knowsThePathItIsMountedAt() throws {
    let url = try #require(PublicURL("https://Meet.example:443/tea/room/"))
    #expect(url.description == "https://meet.example/tea/room")
    #expect(url.path == "/tea/room")
  }
}
