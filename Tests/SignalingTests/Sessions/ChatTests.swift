import Signaling
import TestSupport
import Testing

@Suite struct ChatTests {
  private static func chat(_ text: String, to: TestClient? = nil, replyTo: String? = nil) -> String {
    let to = to.map { #","to":"\#($0.participant)""# } ?? ""
    let reply = replyTo.map { #","replyTo":"\#($0)""# } ?? ""
    return #""type":"sendChat","text":"\#(text)"\#(to)\#(reply)"#
  }

  @Test func aPrivateMessageReachesItsAddresseeAndNobodyElseEver() async throws {
    let server = TestService()
    let (ada, bob, carol) = (
      try await server.join("tea", as: "Ada"), try await server.join("tea", as: "Bob"),
      try await server.join("tea", as: "Carol")
    )

    let message = try await bob.succeed(Self.chat("psst", to: carol))["message"]?.text ?? ""
    try await carol.succeed(#""type":"reactToChat","message":"\#(message)","emoji":"👍","on":true"#)
    try await bob.succeed(#""type":"editChat","message":"\#(message)","text":"psst!""#)
    try await carol.succeed(Self.chat("yes?", to: bob, replyTo: message))
    #expect(try await carol.fail(Self.chat("he said", replyTo: message)) == .forbidden)
    #expect(try await carol.fail(Self.chat("he said", to: ada, replyTo: message)) == .forbidden)

    #expect(ada.events("chatMessage").isEmpty && ada.events("chatChanged").isEmpty)
    #expect(carol.events("chatChanged").count == 2 && bob.events("chatChanged").count == 2)
    let dan = try await server.join("tea", as: "Dan")
    #expect(dan.snapshot?["chat"]?.elements.isEmpty == true)
    let again = try await server.connect()
    #expect(try await again.resume(carol.resumeToken, fresh: true)["chat"]?.elements.count == 2)
  }

  @Test func whoMayNotWritePrivatelyMayStillWriteToTheHosts() async throws {
    let server = TestService()
    let (ada, bob, carol) = (
      try await server.join("tea", as: "Ada"), try await server.join("tea", as: "Bob"),
      try await server.join("tea", as: "Carol")
    )
    try await ada.succeed(#""type":"updateRoom","rules":{"chatPrivately":false}"#)

    #expect(try await bob.fail(Self.chat("psst", to: carol)) == .forbidden)
    try await bob.succeed(Self.chat("help", to: ada))
    try await ada.succeed(Self.chat("coming", to: bob))
  }

  @Test func messagesAreEditedDeletedAndReactedTo() async throws {
    let server = TestService()
    let (ada, bob) = (try await server.join("tea", as: "Ada"), try await server.join("tea", as: "Bob"))
    let id = try await bob.succeed(Self.chat("helo"))["message"]?.text ?? ""
    let react = { (emoji: String, on: Bool) in
      #""type":"reactToChat","message":"\#(id)","emoji":"\#(emoji)","on":\#(on)"#
    }

    try await bob.succeed(#""type":"editChat","message":"\#(id)","text":"hello""#)
    try await ada.succeed(react("👍", true))
    try await ada.succeed(react("👍", true))
    try await bob.succeed(react("👍", true))
    try await bob.succeed(react("🎉", true))
    try await bob.succeed(react("🎉", false))
    let carol = try await server.join("tea", as: "Carol")
    let message = try #require(carol.snapshot?["chat"]?.elements.first)
    #expect(message["text"]?.text == "hello" && message["editedAt"]?.number != nil)
    #expect(message["reactions"] == .object(["👍": .array([.string(ada.participant), .string(bob.participant)])]))

    try await ada.succeed(#""type":"deleteChat","message":"\#(id)""#)
    let deleted = try #require(carol.events("chatChanged").last?["message"])
    #expect(deleted["deleted"]?.bool == true && deleted["text"]?.text == "" && deleted["reactions"] == .object([:]))
    #expect(try await bob.fail(#""type":"editChat","message":"\#(id)","text":"again""#) == .conflict)
    #expect(try await bob.fail(#""type":"deleteChat","message":"\#(id)""#) == .conflict)
  }

  @Test func theHistoryIsBoundedInNumberAndBytes() throws {
    var limits = SignalingLimits()
    limits.chatHistory = 5
    var history = ChatHistory(limits: limits)
    for number in 0..<9 { history.append(Self.message(number, text: "x")) }
    #expect(history.entries.map(\.id.rawValue) == (4..<9).map { "m_\($0)" })

    limits.chatHistory = 100
    limits.chatHistoryBytes = 10_000
    history = ChatHistory(limits: limits)
    for number in 0..<100 { history.append(Self.message(number, text: String(repeating: "é", count: 1000))) }
    #expect(history.entries.count == 4)
    var last = try #require(history.entries.last)
    last.text = String(repeating: "y", count: 9_700)
    history.replace(with: last)
    #expect(history.entries == [last])
  }

  @Test func handsReactionsAndNamesAreTold() async throws {
    let server = TestService()
    let (ada, bob) = (try await server.join("tea", as: "Ada"), try await server.join("tea", as: "Bob"))

    try await bob.succeed(#""type":"raiseHand","raised":true"#)
    await server.pass(.seconds(1))
    try await bob.succeed(#""type":"raiseHand","raised":true"#)
    try await bob.succeed(#""type":"react","emoji":"🎉""#)
    try await bob.succeed(#""type":"rename","name":"  Bob   B. ""#)
    #expect(try await bob.fail(#""type":"rename","name":"ADA""#) == .nameInUse)
    try await bob.succeed(#""type":"raiseHand","raised":false"#)

    let changes = ada.events("participantChanged").compactMap { $0["changes"] }
    #expect(changes.map { $0["hand"] } == [.number(1_781_000_000_000), nil, .null])
    #expect(changes[1]["name"]?.text == "Bob B.")
    #expect(ada.events("reaction").first?["emoji"]?.text == "🎉")
  }

  private static func message(_ number: Int, text: String) -> ChatMessage {
    ChatMessage(
      id: MessageID(rawValue: "m_\(number)"), from: Samples.ada, name: Samples.name("Ada"), to: nil, text: text,
      sentAt: Samples.time, replyTo: nil)
  }
}
