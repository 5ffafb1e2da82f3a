import NIOCore
import Signaling
import TestSupport
import Testing

/// What anybody may send, how often, and what happens beyond.
@Suite struct LimitTests {
  @Test func aHundredThousandMessagesCostLittleAndEndTheSession() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada")
    let before = ada.received.count
    let message = ByteBuffer(string: #"{"id":5,"type":"ping"}"#)

    for _ in 0..<100_000 { await ada.session.receive(text: message) }

    #expect(ada.closed == .rateLimited)
    let answers = ada.received.dropFirst(before)
    let refused = answers.filter { $0["error"]?["code"]?.text == "rateLimited" }
    #expect((195...200).contains(answers.count - refused.count))
    #expect((195...200).contains(refused.count))
    #expect(refused.allSatisfy { ($0["error"]?["retryAfter"]?.integer ?? 0) >= 1 })
  }

  @Test(arguments: [
    (#""type":"sendChat","text":"x""#, 10), (#""type":"react","emoji":"🎉""#, 10), (#""type":"ping""#, 199),
    (#""type":"updateRoom","locked":true"#, 60), (#""type":"raiseHand","raised":true"#, 20),
  ])
  func everyKindHasItsBurstAndThenItsRate(members: String, burst: Int) async throws {
    let server = TestService()
    let ada = try await server.connect()
    try await ada.join("tea", as: "Ada")
    var accepted = 0
    while try await ada.request(members)["data"] != nil { accepted += 1 }
    // `hello` and `join` were requests too.
    #expect(accepted == burst || accepted == burst - 1)

    #expect(try await ada.fail(members) == .rateLimited)
    await server.pass(.seconds(1))
    try await ada.succeed(members)
  }

  @Test func signalsHaveMoreRoomThanRequests() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada")
    let bob = try await server.join("tea", as: "Bob")
    var accepted = 0
    let signal = #""type":"signal","to":"\#(bob.participant)","connection":"c","candidate":null"#
    while try await ada.request(signal)["data"] != nil { accepted += 1 }

    #expect(accepted == 400)
    #expect(bob.events("signal").count == 400)
  }

  @Test func signalsAreBoundedInBytes() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada")
    let bob = try await server.join("tea", as: "Bob")
    let sdp = String(repeating: "x", count: 30_000)
    let offer =
      #""type":"signal","to":"\#(bob.participant)","connection":"c","description":{"type":"offer","sdp":"\#(sdp)"}"#
    var accepted = 0
    while try await ada.request(offer)["data"] != nil { accepted += 1 }

    #expect(accepted == 17, "half a megabyte at once")
    #expect(try await ada.fail(offer) == .rateLimited)
    #expect(bob.closed == nil)
    await server.pass(.seconds(1))
    try await ada.succeed(offer)
  }

  @Test(arguments: [
    #""description":{"type":"offer","sdp":"\#(String(repeating: "x", count: 32_768))"}"#,
    #""candidate":{"candidate":"\#(String(repeating: "x", count: 1024))"}"#,
  ])
  func oneSignalIsNoLongerThanABrowserNeeds(payload: String) async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada")
    let bob = try await server.join("tea", as: "Bob")

    let code = try await ada.fail(#""type":"signal","to":"\#(bob.participant)","connection":"c",\#(payload)"#)

    #expect(code == .badRequest)
    #expect(bob.events("signal").isEmpty)
  }

  @Test func malformedMessagesEndTheSession() async throws {
    let server = TestService()
    let ada = try await server.connect()
    for _ in 0..<20 { await ada.send(raw: "{") }
    #expect(ada.closed == nil)
    #expect(ada.received.suffix(20).allSatisfy { $0["error"]?["code"]?.text == "badRequest" && $0["id"] == .null })

    await ada.send(raw: "{")

    #expect(ada.closed == .protocolViolation)
  }

  @Test func whatIsNoTextEndsTheSessionAtOnce() async throws {
    let server = TestService()
    let tooLarge = try await server.connect()
    await tooLarge.send(raw: #"{"id":1,"type":"ping","x":""# + String(repeating: "x", count: 65_536) + #""}"#)
    #expect(tooLarge.closed == .messageTooLarge)

    let largest = try await server.join("tea", as: "Ada")
    let offer = String(repeating: "x", count: 196_608)
    let space = String(repeating: " ", count: 262_144 - offer.count - 36)
    let message = #"{"id":1,"type":"publish","offer":"\#(offer)"}"# + space
    #expect(message.utf8.count == 262_144)
    await largest.send(raw: message)
    #expect(largest.received.last?["error"]?["code"]?.text == "conflict" && largest.closed == nil, "it is a mesh")
    await largest.send(raw: message + " ")
    #expect(largest.closed == .messageTooLarge)

    let outside = try await server.connect()
    await outside.send(raw: message)
    #expect(outside.closed == .messageTooLarge, "nobody outside has a description to send")

    let invalid = try await server.connect()
    await invalid.session.receive(text: ByteBuffer(bytes: [0x7B, 0xFF, 0x7D]))
    #expect(invalid.closed == .invalidUTF8)

    let binary = try await server.connect()
    binary.session.receiveInvalid(.binaryRefused)
    #expect(binary.closed == .binaryRefused)
  }

  @Test func helloAndJoinMustComeInTime() async throws {
    let server = TestService()
    let silent = try TestClient(server.service)
    let greeted = try await server.connect()
    let joined = try await server.join("tea", as: "Ada")

    await server.pass(.seconds(9))
    #expect(silent.closed == nil)
    await server.pass(.seconds(1))
    #expect(silent.closed == .handshakeTimeout && greeted.closed == nil)
    await server.pass(.seconds(50))

    #expect(greeted.closed == .handshakeTimeout && joined.closed == nil)
  }

  @Test func theSessionsOfAnAddressAreCountedByWhatAHouseholdHas() async throws {
    let server = TestService { $0.limits.sessionsPerAddress = 3 }
    let home: [UInt8] = [0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]
    var clients: [TestClient] = []
    for last: UInt8 in 1...3 {
      let address = try #require(ClientAddress(bytes: home + [last]))
      clients.append(try await server.connect(from: address))
    }
    let fourth = try #require(ClientAddress(bytes: home + [4]))
    let neighbour = try #require(ClientAddress(bytes: home.prefix(7) + [2] + home.dropFirst(8) + [4]))

    #expect(throws: SignalingError.self) { try TestClient(server.service, from: fourth) }
    _ = try await server.connect(from: neighbour)
    await clients[0].session.disconnected()
    _ = try await server.connect(from: fourth)
  }

  @Test func makingRoomsIsLimitedAndJoiningIsNot() async throws {
    let server = TestService { $0.limits.meshParticipants = 100 }
    for number in 0..<20 { _ = try await server.join("room \(number)", as: "Ada") }
    let maker = try await server.connect()

    let answer = try await maker.request(#""type":"join","room":"one more","name":"Ada""#)
    #expect(answer["error"]?["code"]?.text == "tooManyRooms")
    #expect(answer["error"]?["retryAfter"]?.integer == 6)
    for number in 0..<30 { _ = try await server.join("room 0", as: "Guest \(number)") }
    _ = try await server.join("elsewhere", as: "Eve", from: ClientAddress(ipv4: 7))
    await server.pass(.seconds(6))
    try await maker.join("one more", as: "Ada")
  }

  @Test func aSlowReaderIsClosedAndCanResume() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada")
    let outbox = SessionOutbox(limitCount: 8, limitBytes: 1 << 20)
    let slow = try server.service.open(client: .loopback, cookie: nil, outbox: outbox)
    await slow.receive(text: ByteBuffer(string: #"{"id":1,"type":"hello","versions":[1]}"#))
    await slow.receive(text: ByteBuffer(string: #"{"id":2,"type":"join","room":"tea","name":"Slow"}"#))
    for index in 0..<9 { try await ada.succeed(#""type":"raiseHand","raised":\#(index % 2 == 0)"#) }

    #expect(outbox.takeQueued() == [.close(.tooSlow)])
    await slow.disconnected()
    #expect(ada.events("participantLeft").isEmpty)
  }

  @Test func aServerThatStopsTellsEverybodyAndTakesNobodyIn() async throws {
    let server = TestService()
    let ada = try await server.join("tea", as: "Ada")
    let greeted = try await server.connect()

    await server.service.stop(reconnectAfter: .seconds(5))

    #expect(ada.events("serverStopping").first?["reconnectAfter"]?.integer == 5)
    #expect(ada.closed == .serverStopping && greeted.closed == .serverStopping)
    #expect(throws: SignalingError.self) { try TestClient(server.service) }
  }
}
