import NIOCore
import Signaling
import TestSupport
import Testing

@Suite struct MessageDecoderTests {
  private let decoder = MessageDecoder(limits: SignalingLimits())

  @Test(arguments: ClientMessage.Kind.allCases)
  func readsOneOfEveryKind(kind: ClientMessage.Kind) throws {
    let request = try decoder.decode(ByteBuffer(string: #"{"id":7,\#(RequestLiterals.members(kind))}"#))

    #expect(request.message.kind == kind)
    #expect(request.id == 7)
  }

  @Test(arguments: RequestLiterals.all)
  func readsEveryLiteral(text: String) {
    #expect(throws: Never.self) { try decoder.decode(ByteBuffer(string: text)) }
  }

  @Test func absentAndNullMeanTheSame() throws {
    let text = #"{"id":1,"type":"join","room":"tea","name":"Ada","password":null,"devices":null,"client":null}"#

    guard case .join(let join) = try decoder.decode(ByteBuffer(string: text)).message else {
      return #expect(Bool(false))
    }

    #expect(join.password == nil && join.client == nil && join.devices == Devices())
  }

  @Test func ignoresWhatItDoesNotKnow() {
    let text = #"{"more":{"deep":[1,2,{"x":null}]},"id":1,"type":"ping","rules":7}"#
    #expect(throws: Never.self) { try decoder.decode(ByteBuffer(string: text)) }
  }

  @Test(arguments: [
    // Not a message at all.
    ("", SignalingError.Code.badRequest, Int64?.none), ("null", .badRequest, nil), ("[]", .badRequest, nil),
    ("hello", .badRequest, nil), ("{", .badRequest, nil),
    // The id.
    (#"{"type":"ping"}"#, .badRequest, nil), (#"{"id":null,"type":"ping"}"#, .badRequest, nil),
    (#"{"id":"7","type":"ping"}"#, .badRequest, nil), (#"{"id":-1,"type":"ping"}"#, .badRequest, nil),
    (#"{"id":1.5,"type":"ping"}"#, .badRequest, nil), (#"{"id":9007199254740992,"type":"ping"}"#, .badRequest, nil),
    (#"{"id":1,"id":2,"type":"ping"}"#, .badRequest, nil),
    // An id that can be read though the rest cannot.
    (#"{"id":7,"type":"pi"#, .badRequest, 7), (#"{"id":7,"type":"sendChat","text":"\ud800"}"#, .badRequest, 7),
    (#"{"id":-7,"type":"pi"#, .badRequest, nil), (#"{"a":{"id":7},"type":"pi"#, .badRequest, nil),
    // The type.
    (#"{"id":7}"#, .badRequest, 7), (#"{"id":7,"type":7}"#, .badRequest, 7),
    (#"{"id":7,"type":"fly"}"#, .unknownType, 7),
    (#"{"id":7,"type":"Ping"}"#, .unknownType, 7), (#"{"id":7,"type":"ping","type":"leave"}"#, .badRequest, 7),
    // Fields.
    (#"{"id":7,"type":"raiseHand","raised":1}"#, .badRequest, 7),
    (#"{"id":7,"type":"raiseHand","raised":"true"}"#, .badRequest, 7),
    (#"{"id":7,"type":"raiseHand","raised":null}"#, .badRequest, 7),
    (#"{"id":7,"type":"hello","versions":[1.5]}"#, .badRequest, 7),
    (#"{"id":7,"type":"hello","versions":1}"#, .badRequest, 7),
    (#"{"id":7,"type":"join","room":"a/b","name":"Ada"}"#, .invalidRoom, 7),
    (#"{"id":7,"type":"join","room":"  ","name":"Ada"}"#, .invalidRoom, 7),
    (#"{"id":7,"type":"join","room":"..","name":"Ada"}"#, .invalidRoom, 7),
    (#"{"id":7,"type":"join","room":"a\u0000b","name":"Ada"}"#, .invalidRoom, 7),
    (#"{"id":7,"type":"join","room":"a","name":""}"#, .invalidName, 7),
    (#"{"id":7,"type":"join","room":"a","name":"a\u202eb"}"#, .invalidName, 7),
    (#"{"id":7,"type":"join","room":"a","name":"a\nb"}"#, .invalidName, 7),
    (#"{"id":7,"type":"join","room":7,"name":"Ada"}"#, .badRequest, 7),
    (#"{"id":7,"type":"join","room":"a","name":"A","devices":[]}"#, .badRequest, 7),
    (#"{"id":7,"type":"join","room":"a","name":"A","devices":{"audio":1}}"#, .badRequest, 7),
    (#"{"id":7,"type":"resume","token":"t","seq":-1}"#, .badRequest, 7),
    (#"{"id":7,"type":"react","emoji":"ab"}"#, .badRequest, 7),
    (#"{"id":7,"type":"react","emoji":"<"}"#, .badRequest, 7),
    (#"{"id":7,"type":"react","emoji":""}"#, .badRequest, 7),
    (#"{"id":7,"type":"sendChat","text":" \n"}"#, .badRequest, 7),
    (#"{"id":7,"type":"updateRoom","maxParticipants":1}"#, .badRequest, 7),
    (#"{"id":7,"type":"updateRoom","maxParticipants":1001}"#, .badRequest, 7),
    (#"{"id":7,"type":"updateRoom","endsAfter":59}"#, .badRequest, 7),
    (#"{"id":7,"type":"updateRoom","mode":"magic"}"#, .badRequest, 7),
    (#"{"id":7,"type":"updateRoom","rules":{"chat":1}}"#, .badRequest, 7),
    (#"{"id":7,"type":"updateRoom","rules":{"chat":true,"chat":false}}"#, .badRequest, 7),
    (#"{"id":7,"type":"admit"}"#, .badRequest, 7), (#"{"id":7,"type":"admit","participants":[]}"#, .badRequest, 7),
    (#"{"id":7,"type":"admit","participants":[7]}"#, .badRequest, 7),
    (#"{"id":7,"type":"admit","everyone":false}"#, .badRequest, 7),
    (#"{"id":7,"type":"moderate","action":"kill","everyone":true}"#, .badRequest, 7),
    (#"{"id":7,"type":"setRole","participant":"p","role":"king"}"#, .badRequest, 7),
    (#"{"id":7,"type":"setPermission","participant":"p","permission":"fly","allowed":true}"#, .badRequest, 7),
    (#"{"id":7,"type":"publish"}"#, .badRequest, 7), (#"{"id":7,"type":"publish","offer":""}"#, .badRequest, 7),
    (#"{"id":7,"type":"publish","offer":{"type":"offer","sdp":"v=0"}}"#, .badRequest, 7),
    (#"{"id":7,"type":"publish","offer":"\ud800"}"#, .badRequest, 7),
    (#"{"id":7,"type":"publish","offer":"v=0","tracks":[]}"#, .badRequest, 7),
    (#"{"id":7,"type":"publish","offer":"v=0","tracks":["0"]}"#, .badRequest, 7),
    (#"{"id":7,"type":"publish","offer":"v=0","tracks":[{"mid":"0"}]}"#, .badRequest, 7),
    (#"{"id":7,"type":"publish","offer":"v=0","tracks":[{"mid":"","source":"camera"}]}"#, .badRequest, 7),
    (#"{"id":7,"type":"publish","offer":"v=0","tracks":[{"mid":"0","source":"hall"}]}"#, .badRequest, 7),
    (
      #"{"id":7,"type":"publish","offer":"v=0","tracks":[{"mid":"0","source":"camera"},{"mid":"0","source":"screen"}]}"#,
      .badRequest, 7
    ),
    (
      #"{"id":7,"type":"publish","offer":"v=0","tracks":[{"mid":"0","source":"camera"},{"mid":"1","source":"camera"}]}"#,
      .badRequest, 7
    ),
    (#"{"id":7,"type":"restartSubscription","anew":1}"#, .badRequest, 7),
    (#"{"id":7,"type":"subscribe"}"#, .badRequest, 7), (#"{"id":7,"type":"subscribe","tracks":[]}"#, .badRequest, 7),
    (#"{"id":7,"type":"subscribe","tracks":[{"source":"camera"}]}"#, .badRequest, 7),
    (#"{"id":7,"type":"subscribe","tracks":[{"participant":"p"}]}"#, .badRequest, 7),
    (#"{"id":7,"type":"subscribe","tracks":[{"participant":"p","source":"Camera"}]}"#, .badRequest, 7),
    (#"{"id":7,"type":"subscribe","tracks":[{"participant":"p","source":"screen","spatialLayer":4}]}"#, .badRequest, 7),
    (#"{"id":7,"type":"subscribe","tracks":[{"participant":"p","source":"camera","height":-1}]}"#, .badRequest, 7),
    (#"{"id":7,"type":"subscribe","tracks":[{"participant":"p","source":"camera","width":0}]}"#, .badRequest, 7),
    (#"{"id":7,"type":"subscribe","tracks":[{"participant":"p","source":"camera","height":16385}]}"#, .badRequest, 7),
    (#"{"id":7,"type":"subscribe","tracks":[{"participant":"p","source":"camera","paused":0}]}"#, .badRequest, 7),
    (
      #"{"id":7,"type":"subscribe","tracks":[{"participant":"p","source":"camera"},{"participant":"p","source":"camera"}]}"#,
      .badRequest, 7
    ),
    (
      #"{"id":7,"type":"unsubscribe","tracks":[{"participant":"p","source":"screen"},{"participant":"p","source":"screen"}]}"#,
      .badRequest, 7
    ),
    (#"{"id":7,"type":"unsubscribe","tracks":{"participant":"p","source":"screen"}}"#, .badRequest, 7),
    (
      #"{"id":7,"type":"subscribe","tracks":[{"participant":"p","source":"camera","priority":"first"}]}"#, .badRequest,
      7
    ),
    (#"{"id":7,"type":"subscribe","tracks":[{"participant":"p","source":"camera","priority":1}]}"#, .badRequest, 7),
    (#"{"id":7,"type":"reportLimitation","reason":"bandwidth"}"#, .badRequest, 7),
    (#"{"id":7,"type":"reportLimitation","reason":true}"#, .badRequest, 7),
    (#"{"id":7,"type":"reportLimitation","reason":"\u0063pu","reason":"cpu"}"#, .badRequest, 7),
    (#"{"id":7,"type":"moved"}"#, .badRequest, 7), (#"{"id":7,"type":"moved","to":"broadcast"}"#, .badRequest, 7),
    (#"{"id":7,"type":"moved","to":"auto"}"#, .badRequest, 7), (#"{"id":7,"type":"meshFailed"}"#, .badRequest, 7),
    (#"{"id":7,"type":"answerSubscription","offer":"v=0"}"#, .badRequest, 7),
    (#"{"id":7,"type":"answerSubscription","answer":""}"#, .badRequest, 7),
    (#"{"id":7,"type":"answerSubscription","answer":"v=0","number":0}"#, .badRequest, 7),
    (#"{"id":7,"type":"answerSubscription","answer":"v=0","number":"1"}"#, .badRequest, 7),
    (#"{"id":7,"type":"subscribe","tracks":[{"participant":"a","source":"camera"}],"only":1}"#, .badRequest, 7),
    (#"{"id":7,"type":"subscribe","tracks":[],"only":true}"#, .badRequest, 7),
    (#"{"id":7,"type":"signal","to":"p","connection":"c"}"#, .badRequest, 7),
    (#"{"id":7,"type":"signal","to":"p","connection":"","candidate":null}"#, .badRequest, 7),
    (#"{"id":7,"type":"signal","to":"p","connection":"c","description":{"type":"offer"}}"#, .badRequest, 7),
    (#"{"id":7,"type":"signal","to":"p","connection":"c","description":{"type":"x","sdp":""}}"#, .badRequest, 7),
    (#"{"id":7,"type":"signal","to":"p","connection":"c","description":{"type":"offer","sdp":7}}"#, .badRequest, 7),
    (#"{"id":7,"type":"signal","to":"p","connection":"c","candidate":"x"}"#, .badRequest, 7),
    (#"{"id":7,"type":"signal","to":"p","connection":"c","candidate":{"sdpMid":"0"}}"#, .badRequest, 7),
    (
      #"{"id":7,"type":"signal","to":"p","connection":"c","candidate":null,"description":{"type":"rollback"}}"#,
      .badRequest, 7
    ),
    (
      #"{"id":7,"type":"signal","to":"p","connection":"c","description":{"type":"rollback"},"streams":{"a":"tv"}}"#,
      .badRequest, 7
    ),
  ])
  func refusesWithTheRightCodeAndTheIDIfItCanBeRead(text: String, code: SignalingError.Code, id: Int64?) {
    let failure = self.failure(text)

    guard case .refused(let readID, let error)? = failure else { return #expect(Bool(false), "\(text)") }
    #expect(error.code == code, "\(error.message)")
    #expect(readID == id)
  }

  @Test func namesTheFieldItRefuses() {
    let text = #"{"id":7,"type":"join","room":"a","name":"A","devices":{"audio":"on"}}"#

    guard case .refused(_, let error)? = failure(text) else { return #expect(Bool(false)) }

    #expect(error.message.contains("“devices.audio”"))
  }

  @Test(arguments: [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xC3]] as [[UInt8]])
  func tellsWhatIsNotUTF8FromWhatIsNotJSON(wrong: [UInt8]) {
    let bytes = Array(#"{"id":7,"type":"sendChat","text":""#.utf8) + wrong + Array(#""}"#.utf8)

    var failure: DecodingFailure?
    do { _ = try decoder.decode(ByteBuffer(bytes: bytes)) } catch { failure = error }

    #expect(failure == .invalidUTF8)
  }

  @Test func countsCharactersAsPeopleDoAndBoundsThemInBytes() {
    let flag = "🏴󠁧󠁢󠁥󠁮󠁧󠁿"
    let cases: [(String, Bool)] = [
      (String(repeating: "é", count: 4000), true), (String(repeating: "a", count: 4001), false),
      (String(repeating: "😀", count: 4000), true), (String(repeating: flag, count: 600), false),
      ("a" + String(repeating: "\u{301}", count: 9000), false),
    ]
    for (text, fits) in cases {
      #expect((failure(#"{"id":7,"type":"sendChat","text":"\#(text)"}"#) == nil) == fits, "\(text.count)")
    }
  }

  @Test func boundsSessionDescriptionsInBytes() throws {
    let fits = String(repeating: "a", count: 196_608)

    guard case .publish(let request) = try decoder.decode(ByteBuffer(string: Self.publishing(fits))).message else {
      return #expect(Bool(false))
    }

    #expect(request.offer == fits)
    #expect(failure(Self.publishing(fits + "a")) != nil)
    #expect(failure(Self.publishing(String(repeating: "é", count: 98_305))) != nil)
  }

  @Test func readsWhatIsWantedOfEachTrack() throws {
    let tracks = #"{"participant":"a","source":"camera","spatialLayer":2,"temporalLayer":0,"width":640,"height":360}"#
    let paused = #"{"participant":"a","source":"microphone","paused":true}"#
    let text = #"{"id":1,"type":"subscribe","tracks":[\#(tracks),\#(paused)]}"#
    guard case .subscribe(let wishes, only: false) = try decoder.decode(ByteBuffer(string: text)).message else {
      return #expect(Bool(false))
    }

    var camera = MediaWish()
    (camera.spatialLayer, camera.temporalLayer, camera.width, camera.height) = (2, 0, 640, 360)
    var microphone = MediaWish()
    microphone.isPaused = true
    let a = ParticipantID(rawValue: "a")
    #expect(wishes == [MediaTrack(a, .camera): camera, MediaTrack(a, .microphone): microphone])
  }

  @Test func readsWhichOfferIsAnsweredAndWhatAloneIsWanted() throws {
    func answer(_ members: String) throws -> SubscriptionAnswer? {
      let text = #"{"id":1,"type":"answerSubscription","answer":"v=0"\#(members)}"#
      guard case .answerSubscription(let answer) = try decoder.decode(ByteBuffer(string: text)).message else {
        return nil
      }
      return answer
    }
    let only = #"{"id":1,"type":"subscribe","tracks":[{"participant":"a","source":"camera"}],"only":true}"#

    #expect(try answer(#","number":7"#) == SubscriptionAnswer(answer: "v=0", offerNumber: 7))
    #expect(try answer("") == SubscriptionAnswer(answer: "v=0"))
    guard case .subscribe(_, only: true) = try decoder.decode(ByteBuffer(string: only)).message else {
      return #expect(Bool(false))
    }
  }

  @Test func readsWhatIsPublished() throws {
    let sources: [String: MediaSource] = ["0": .microphone, "v": .camera, "2": .screen, "3": .screenAudio]
    let tracks = sources.map { #"{"mid":"\#($0)","source":"\#($1.rawValue)"}"# }.joined(separator: ",")
    let text = #"{"id":1,"type":"publish","offer":"v=0","tracks":[\#(tracks)]}"#
    guard case .publish(let request) = try decoder.decode(ByteBuffer(string: text)).message else {
      return #expect(Bool(false))
    }
    #expect(request == PublishRequest(offer: "v=0", sources: sources))
  }

  @Test(arguments: ["subscribe", "unsubscribe"])
  func boundsTheTracksOfOneMessage(type: String) {
    for (count, fits) in [(64, true), (65, false)] {
      let tracks = (0..<count).map { #"{"participant":"p\#($0)","source":"camera"}"# }.joined(separator: ",")
      #expect((failure(#"{"id":7,"type":"\#(type)","tracks":[\#(tracks)]}"#) == nil) == fits)
    }
  }

  @Test func namesTheElementItRefuses() {
    let text = #"{"id":7,"type":"unsubscribe","tracks":[{"participant":"p","source":"camera"},{"participant":"p"}]}"#
    guard case .refused(_, let error)? = failure(text) else { return #expect(Bool(false)) }
    #expect(error.message == "The field “tracks[1].source” is missing.")
  }

  private static func publishing(_ offer: String) -> String { #"{"id":7,"type":"publish","offer":"\#(offer)"}"# }

  @Test func takesControlCharactersOutOfWhatPeopleWrite() throws {
    let text = #"a\u0001b\u000b\r\n\tc\u007f\u0085\u001b[31m"#
    let clean = "ab\n\tc[31m"
    let literals = [
      #""type":"sendChat","text":"\#(text)""#, #""type":"editChat","message":"m","text":"\#(text)""#,
      #""type":"updateRoom","lobbyMessage":"\#(text)""#, #""type":"deny","everyone":true,"message":"\#(text)""#,
      #""type":"messageWaiting","text":"\#(text)""#,
      #""type":"moderate","action":"mute","everyone":true,"reason":"\#(text)""#,
    ]

    let read = try literals.map { literal -> String? in
      switch try decoder.decode(ByteBuffer(string: #"{"id":1,\#(literal)}"#)).message {
      case .sendChat(let draft): draft.text
      case .editChat(_, let text), .messageWaiting(let text): text
      case .updateRoom(let update): update.lobbyMessage
      case .deny(_, let message): message
      case .moderate(let request): request.reason
      default: nil
      }
    }

    #expect(read == Array(repeating: clean, count: literals.count))
    #expect(failure(#"{"id":7,"type":"sendChat","text":"\u0001\u0002"}"#) != nil)
  }

  @Test func relaysASignalAsItWasWritten() throws {
    let description = #""description":{"type":"offer","sdp":"v=0\r\n\u0041😀"}"#
    let text = #"{"id":1,"type":"signal","to":"p","connection":"c","secret":1,\#(description)}"#

    guard case .signal(let signal) = try decoder.decode(ByteBuffer(string: text)).message else {
      return #expect(Bool(false))
    }

    #expect(String(decoding: signal.payload, as: UTF8.self) == description)
  }

  @Test(arguments: RequestLiterals.all)
  func refusesEveryTruncation(text: String) {
    let bytes = Array(text.utf8)
    for length in 0..<bytes.count {
      #expect(throws: DecodingFailure.self) { try decoder.decode(ByteBuffer(bytes: bytes.prefix(length))) }
    }
  }

  @Test func survivesTwentyThousandMutations() {
    var generator = SeededGenerator(seed: 20_260_521)
    let literals = RequestLiterals.all.map { Array($0.utf8) }
    var accepted = 0

    for _ in 0..<20_000 {
      let bytes = mutated(literals.randomElement(using: &generator) ?? [], using: &generator)
      guard let request = try? decoder.decode(ByteBuffer(bytes: bytes)) else { continue }
      accepted += 1
      #expect(0...MessageDecoder.maximumInteger ~= request.id)
      let isJSON = (try? JSON(parsing: bytes)) != nil
      #expect(isJSON, "seed 20260521: \(String(decoding: bytes, as: UTF8.self))")
    }

    #expect(accepted > 200 && accepted < 15_000, "\(accepted)")
  }

  private func mutated(_ bytes: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
    var bytes = bytes
    let alphabet = Array(#"{}[]":,\u0d8 truenlfas-+.eE19"#.utf8) + [0x00, 0x1F, 0x7F, 0x80, 0xC3, 0xED, 0xFF]
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      let index = Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: bytes[index] = alphabet.randomElement(using: &generator) ?? 0
      case 1: bytes.insert(alphabet.randomElement(using: &generator) ?? 0, at: index)
      case 2: bytes.remove(at: index)
      default: bytes.insert(contentsOf: bytes[index..<min(bytes.count, index + 9)], at: index)
      }
      if bytes.isEmpty { return [0] }
    }
    return bytes
  }

  private func failure(_ text: String) -> DecodingFailure? {
    do {
      _ = try decoder.decode(ByteBuffer(string: text))
      return nil
    } catch {
      return error
    }
  }
}
