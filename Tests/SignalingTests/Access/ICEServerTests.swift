import Signaling
import Testing

@Suite struct ICEServerTests {
  private static let expiry = Timestamp(milliseconds: 1_700_000_000_999)

  @Test func aTURNServerGetsAPasswordThatCoturnWillAccept() {
    let server = ICEServer(urls: ["turn:turn.example:3478?transport=udp", "turns:turn.example:5349"])

    let given = server.withCredentials(for: "p_7f3", secret: "north", expiry: Self.expiry)

    // printf 1700000000:p_7f3 | openssl dgst -sha1 -hmac north -binary | base64
    #expect(given.username == "1700000000:p_7f3")
    #expect(given.credential == "D/6/5L+RailHQs99bzN2yDfLWwc=")
    #expect(given.urls == server.urls)
  }

  @Test func aSTUNServerNeedsNone() {
    let server = ICEServer(urls: ["stun:stun.example:3478"])

    #expect(server.withCredentials(for: "p", secret: "north", expiry: Self.expiry) == server)
  }

  @Test func withoutASecretAndWithItsOwnCredentialsAServerStaysAsItIs() {
    let own = ICEServer(urls: ["turn:turn.example"], username: "u", credential: "c")
    let bare = ICEServer(urls: ["turn:turn.example"])

    #expect(own.withCredentials(for: "p", secret: "north", expiry: Self.expiry) == own)
    #expect(bare.withCredentials(for: "p", secret: nil, expiry: Self.expiry) == bare)
  }
}
