import Signaling
import TestSupport
import Testing

/// The session at the end of `docs/signaling.md`, as the server sees it.
@Suite struct CallTests {
  @Test func twoPeopleMeetTalkAndPart() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada", #""devices":{"audio":true,"video":true}"#)
    let bob = try await server.join("tea", as: "Bob")

    #expect(ada.events("participantJoined").map { $0["participant"]?["id"]?.text } == [bob.participant])
    #expect(bob.snapshot?["participants"]?.elements.compactMap { $0["name"]?.text } == ["Ada", "Bob"])
    #expect(ada.hostKey.hasPrefix("hk_") && bob.hostKey.isEmpty)

    let offer = #""description":{"type":"offer","sdp":"v=0\r\n\u00e9"},"streams":{"s1":"camera"}"#
    try await bob.succeed(#""type":"signal","to":"\#(ada.participant)","connection":"c1",\#(offer)"#)
    let signal = try #require(ada.events("signal").first)
    #expect(signal["from"]?.text == bob.participant)
    #expect(signal["description"]?["sdp"]?.text == "v=0\r\né")
    #expect(signal["streams"]?["s1"]?.text == "camera")

    try await ada.succeed(#""type":"sendChat","text":"Hello \"Bob\"\n""#)
    #expect(bob.events("chatMessage").first?["message"]?["text"]?.text == "Hello \"Bob\"\n")

    try await ada.succeed(#""type":"leave""#)
    #expect(ada.closed == .left)
    #expect(bob.events("participantLeft").first?["reason"]?.text == "left")
    let seqs = bob.events.compactMap { $0["seq"]?.integer }
    #expect(seqs == Array(1...seqs.count))
  }

  @Test func aLostSocketComesBackAndIsSentWhatItMissed() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada")
    let bob = try await server.join("tea", as: "Bob")
    let lastSeen = bob.lastSeq

    await bob.session.disconnected()
    await server.pass(.seconds(8))
    #expect(ada.events("participantChanged").last?["changes"]?["connection"]?.text == "reconnecting")
    try await ada.succeed(#""type":"sendChat","text":"Where are you?""#)
    let again = try await server.connect()
    let result = try await again.resume(bob.resumeToken, seq: lastSeen)

    #expect(result["state"]?.text == "resumed")
    #expect(again.events("chatMessage").first?["message"]?["text"]?.text == "Where are you?")
    #expect(again.events.compactMap { $0["seq"]?.integer }.first == lastSeen + 1)
    #expect(ada.events("participantChanged").last?["changes"]?["connection"]?.text == "connected")
    #expect(ada.events("participantLeft").isEmpty)
  }
}
