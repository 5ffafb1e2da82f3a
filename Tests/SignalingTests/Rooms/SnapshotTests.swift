import NIOCore
import Signaling
import TestSupport
import Testing

/// However full and however hostile a room: whoever comes in can be given it.
@Suite struct SnapshotTests {
  /// Texts as long as they may be, each of what its encoding makes longest.
  private static let longTexts = ["\\", "\"", "\n", "é", "😀", "\t"].map { String(repeating: $0, count: 4000) }
  private static let longName = String(repeating: "😀", count: 60)

  @Test(arguments: longTexts.indices)
  func theHistoryIsBoundedAsItIsWritten(index: Int) {
    let limits = SignalingLimits()
    var history = ChatHistory(limits: limits)

    for number in 0..<600 { history.append(Self.message(number, text: Self.longTexts[index])) }

    let byteCount = MessageEncoder.result(.joined(Self.snapshot(chat: history.entries)), id: 1).readableBytes
    #expect((limits.chatHistoryBytes - 20_000...limits.chatHistoryBytes + 2000).contains(byteCount))
  }

  @Test func theLargestSnapshotFitsTheQueueOfWhoeverComesIn() {
    let limits = SignalingLimits()
    // Those who wait count as participants do, and take less.
    let crowd = (0..<limits.sessionsPerRoom).map { number in
      var participant = Samples.participant
      participant.name = Samples.name("\(number)" + Self.longName)
      return participant
    }
    var history = ChatHistory(limits: limits)
    for number in 0..<500 { history.append(Self.message(number, text: Self.longTexts[0])) }
    var settings = Samples.settings
    settings.lobbyMessage = String(repeating: "😀", count: 500)
    let view = RoomView(room: settings, participants: crowd, waiting: [], chat: history.entries)

    let snapshot = Snapshot(
      participant: Samples.ada, resumeToken: String(repeating: "t", count: 1000), hostKey: "hk", view: view,
      iceServers: Samples.snapshot.iceServers, seq: 1)

    let byteCount = MessageEncoder.result(.joined(snapshot), id: 1).readableBytes
    #expect((limits.outboxBytes / 2..<limits.outboxBytes * 15 / 16).contains(byteCount), "\(byteCount)")
  }

  @Test func aHostileChatKeepsNobodyOut() async throws {
    let server = TestService { $0.limits.chat = Rate(perSecond: 1000, burst: 1000) }
    let ada = try await server.join("tea", as: "Ada")
    let mallory = try await server.join("tea", as: "Mallory")
    let text = "a" + String(repeating: #"\u0001"#, count: 3999)
    for _ in 0..<100 { try await mallory.succeed(#""type":"sendChat","text":"\#(text)""#) }

    let bob = try await server.join("tea", as: "Bob")

    #expect(bob.closed == nil)
    #expect(bob.snapshot?["chat"]?.elements.count == 100)
    let again = try await server.connect().resume(ada.resumeToken, fresh: true)
    #expect(again["chat"]?.elements.first?["text"]?.text == "a")
  }

  @Test func theLargestOfferFitsTheLogAndTheQueue() {
    let limits = SignalingLimits()
    // Line breaks take four bytes in JSON instead of two; browsers and the SFU write lines of some 40.
    let line = String(repeating: "a", count: 38) + "\r\n"
    let offer = String(repeating: line, count: limits.descriptionBytes / 40)
    let slots = (0..<74).map { number in
      MediaSlot(mid: "\(number)", kind: .video, track: MediaTrack(Samples.ada, .screenAudio))
    }
    let event = EncodedEvent(.subscription(number: 1, offer: offer, slots: slots))
    var log = EventLog()

    for _ in 0..<3 { _ = log.append(event, limits: limits) }

    #expect(log.events(after: 2)?.count == 1)
    #expect(4 * event.message(seq: 1).readableBytes < limits.outboxBytes)
  }

  @Test func theAuditCanAlwaysBeRead() throws {
    var room = TestRoom()
    let ada = room.join(String(repeating: "😀", count: 64))
    for _ in 0..<40 { room.join("Guest \(room.state.participants.count)") }
    let reason = String(repeating: "😀", count: 500)
    _ = room.takeEffects()

    for _ in 0..<20 {
      room.handle(#""type":"moderate","action":"askToUnmute","everyone":true,"reason":"\#(reason)""#, from: ada)
    }
    room.handle(#""type":"messageWaiting","text":"Last of all\u0007""#, from: ada)
    room.handle(#""type":"getAudit""#, from: ada)

    guard case .reply(.audit(let entries))? = room.takeEffects().last else { return #expect(Bool(false)) }
    let byteCount = MessageEncoder.result(.audit(entries), id: 1).readableBytes
    #expect((100 << 10...130 << 10).contains(byteCount))
    #expect(entries.last?.action == "messageWaiting" && entries.last?.detail == "Last of all")
    #expect(entries.dropLast().allSatisfy { $0.detail?.count == 200 && $0.action == "askToUnmute" })
  }

  private static func snapshot(chat: [ChatMessage]) -> Snapshot {
    var view = Samples.view
    view.chat = chat
    return Snapshot(participant: Samples.ada, resumeToken: "t", view: view, iceServers: [], seq: 1)
  }

  private static func message(_ number: Int, text: String) -> ChatMessage {
    ChatMessage(
      id: MessageID(rawValue: "m_\(number)"), from: Samples.ada, name: Samples.name(longName), to: Samples.bob,
      text: text, sentAt: Samples.time, replyTo: MessageID(rawValue: "m_0"))
  }
}
