import FoundationEssentials
import Testing
import parley

/// What a load makes of messages as `docs/signaling.md` has them.
@Suite struct SignalingMessageTests {
  private static let ada =
    #"{"id":"p_a","name":"Ada","role":"host","devices":{"audio":true,"video":true,"screen":false}}"#
  private static let tea = #"{"name":"tea","topology":"mesh","former":null}"#
  private static let idle = #"{"mid":"0","kind":"audio","participant":null,"source":null}"#
  private static let messages = [
    #"{"type":"result","id":2,"data":{"state":"joined","participant":"p_b","participants":[\#(ada)],"room":\#(tea)}}"#,
    #"{"type":"result","id":3,"data":{"answer":"v=0\r\n"}}"#,
    #"{"type":"result","id":4,"data":{}}"#,
    #"{"type":"error","id":null,"error":{"code":"rateLimited","message":"Too quick.","retryAfter":2}}"#,
    #"{"type":"participantJoined","seq":1,"participant":\#(ada)}"#,
    #"{"type":"participantLeft","seq":2,"participant":"p_a","reason":"left"}"#,
    #"{"type":"roomChanged","seq":3,"changes":{"topology":"routed","former":"mesh"}}"#,
    #"{"type":"subscription","seq":4,"number":7,"offer":"v=0","slots":[\#(idle)]}"#,
    #"{"type":"slots","seq":5,"slots":[{"mid":"0","kind":"audio","participant":"p_a","source":"microphone"}]}"#,
    #"{"type":"demand","seq":6,"source":"camera","layers":2}"#,
    #"{"type":"mediaLost","seq":7}"#,
    #"{"type":"qualityChanged","seq":8,"participants":[]}"#,
  ]

  private static func parse(_ text: some StringProtocol) throws -> SignalingMessage {
    try SignalingMessage(parsing: Data(text.utf8))
  }

  @Test func everyMessageMeansWhatTheProtocolSays() throws {
    let read = try Self.messages.map { try Self.parse($0) }

    guard case .result(id: 2, let joined) = read[0] else { return Self.misread(read[0]) }
    #expect(joined.state == "joined" && joined.participant == "p_b")
    #expect(joined.participants?.first?.devices == SignalingRequest.Devices(audio: true, video: true))
    #expect(joined.room?.topology == "mesh" && joined.room?.former == nil)
    guard case .result(id: 3, let answered) = read[1] else { return Self.misread(read[1]) }
    #expect(answered.answer == "v=0\r\n" && answered.state == nil)
    guard case .error(id: nil, let refusal) = read[3] else { return Self.misread(read[3]) }
    #expect("\(refusal)" == "rateLimited: Too quick." && refusal.retryAfter == 2)
    guard case .participantJoined(let ada) = read[4] else { return Self.misread(read[4]) }
    #expect(ada.id == "p_a" && ada.name == "Ada")
    #expect(read[5] == .participantLeft("p_a"))
    guard case .roomChanged(let room) = read[6] else { return Self.misread(read[6]) }
    #expect(room.topology == "routed" && room.former == "mesh")
    guard case .subscription(offer: "v=0", number: 7, let slots) = read[7] else { return Self.misread(read[7]) }
    #expect(slots.map(\.participant) == [nil])
    guard case .slots(let changed) = read[8] else { return Self.misread(read[8]) }
    #expect(changed.map(\.participant) == ["p_a"] && changed.map(\.mid) == ["0"])
    #expect(read[9] == .demand(source: "camera", layers: 2))
    #expect(read[10] == .ended("mediaLost"))
    #expect(read[11] == .other, "what is new is passed over")
  }

  private static func misread(_ message: SignalingMessage) {
    Issue.record("\(message)")
  }

  @Test(arguments: messages)
  func whatWasCutOffIsNoMessage(text: String) {
    for count in 0..<text.utf8.count {
      #expect(throws: (any Error).self) { try Self.parse(text.prefix(count)) }
    }
  }

  @Test(arguments: [
    #"{"type":"result","data":{}}"#, #"{"type":"demand","source":"camera"}"#, #"{"type":"subscription","number":1}"#,
    "[]",
    #"{"seq":1}"#,
  ])
  func whatLacksAFieldIsNoMessage(text: String) {
    #expect(throws: (any Error).self) { try Self.parse(text) }
  }

  @Test func requestsLeaveOutWhatTheyDoNotNeed() throws {
    var moved = SignalingRequest.moved(to: "routed")
    moved.id = 3
    #expect(try Self.members(of: moved) == ["id", "type", "to"])
    #expect(try Self.members(of: .publish("v=0")) == ["id", "type", "offer"])
    #expect(try Self.members(of: .answerSubscription("v=0", number: 7)) == ["id", "type", "answer", "number"])
    #expect(try Self.members(of: .subscribe(only: [])) == ["id", "type", "tracks", "only"])
    #expect(try Self.members(of: .route(maxParticipants: nil)) == ["id", "type", "mode"])
  }

  @Test func aSecretOfThreePartsIsATokenAndAnyOtherThePassword() throws {
    let devices = SignalingRequest.Devices(audio: true, video: true)
    func join(_ secret: String?) -> SignalingRequest { .join("tea", as: "Ada", devices: devices, secret: secret) }

    #expect(try Self.members(of: join(nil)) == ["id", "type", "room", "name", "devices"])
    #expect(try Self.members(of: join("sesame")).contains("password"))
    #expect(try Self.members(of: join("eyJh.eyJz.c2ln")).contains("token"))
  }

  private static func members(of request: SignalingRequest) throws -> Set<String> {
    struct AnyValue: Decodable {}
    return Set(try JSONDecoder().decode([String: AnyValue].self, from: try JSONEncoder().encode(request)).keys)
  }
}
