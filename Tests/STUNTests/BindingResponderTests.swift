import RTP
import STUN
import TestSupport
import Testing

@Suite struct BindingResponderTests {
  private let local = TransportAddress("198.51.100.1", 3478)
  private let bareRequest = bytes("00010000 2112a442 01020304 05060708 090a0b0c")

  private func responder() -> BindingResponder {
    var generator = SeededGenerator(seed: 1)
    return BindingResponder(using: &generator)
  }

  private func path(from ip: String, port: UInt16 = 5000) -> FiveTuple {
    FiveTuple(.udp, local: local, remote: TransportAddress(ip, port))
  }

  private func outcome(
    of datagram: [UInt8], from ip: String, at now: Instant = .zero, by responder: inout BindingResponder
  ) -> BindingResponder.Outcome {
    var outbox = DatagramOutbox()
    return responder.receive(datagram, on: path(from: ip), at: now, into: &outbox)
  }

  @Test(arguments: ["192.0.2.7", "2001:db8::7"])
  func tellsTheAskerItsAddressInAtMostFourTimesTheBytes(ip: String) throws {
    var responder = responder()

    let answers = sent { outbox in
      #expect(responder.receive(bareRequest, on: path(from: ip), at: .zero, into: &outbox) == .answered)
    }

    let answer = try #require(answers.first)
    let message = try STUNMessage(answer.bytes)
    #expect(answers.count == 1)
    #expect(answer.path == path(from: ip))
    #expect(message.type == STUNMessageType(.binding, .successResponse))
    #expect(message.transactionID == STUNTransactionID(high: 0x0102_0304, low: 0x0506_0708_090A_0B0C))
    #expect(try message.attributes(in: answer.bytes) == [.xorMappedAddress(TransportAddress(ip, 5000))])
    #expect(answer.bytes.count <= 4 * bareRequest.count)
  }

  @Test func aDualStackSocketsMappedAddressIsAnsweredAsIPv4() throws {
    var responder = responder()

    let answers = sent { outbox in
      _ = responder.receive(bareRequest, on: path(from: "::ffff:192.0.2.7"), at: .zero, into: &outbox)
    }

    let answer = try #require(answers.first).bytes
    #expect(try STUNMessage(answer).attributes(in: answer) == [.xorMappedAddress(TransportAddress("192.0.2.7", 5000))])
  }

  @Test func anUnknownRequiredAttributeIsNamedInTheError() throws {
    var responder = responder()
    let request = bytes("00010008 2112a442 01020304 05060708 090a0b0c 00030004 00000006")  // CHANGE-REQUEST of RFC 5780

    let answers = sent { outbox in
      _ = responder.receive(request, on: path(from: "192.0.2.7"), at: .zero, into: &outbox)
    }

    let answer = try #require(answers.first).bytes
    let message = try STUNMessage(answer)
    #expect(message.type == STUNMessageType(.binding, .errorResponse))
    guard case .errorCode(.unknownAttribute, _) = try message.attributes(in: answer)[0] else {
      Issue.record("not the error 420")
      return
    }
    #expect(Array(answer.suffix(4)) == [0x00, 0x03, 0x00, 0x00])
    #expect(answer.count <= 4 * request.count)
  }

  @Test func ICEChecksIndicationsAndOtherMethodsAreNotForIt() {
    var responder = responder()

    #expect(outcome(of: RFC5769.request, from: "192.0.2.7", by: &responder) == .notForUs)
    #expect(outcome(of: RFC5769.longTermRequest, from: "192.0.2.7", by: &responder) == .notForUs)
    #expect(outcome(of: RFC5769.ipv4Response, from: "192.0.2.7", by: &responder) == .notForUs)
    var indication = bareRequest
    indication[1] = 0x11
    #expect(outcome(of: indication, from: "192.0.2.7", by: &responder) == .notForUs)
  }

  @Test func junkGetsSilence() {
    var responder = responder()
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<1_000 {
      let count = Int.random(in: 0...200, using: &generator)
      let junk = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
      #expect(outcome(of: junk, from: "192.0.2.7", by: &responder) == .malformed)
    }
    #expect(outcome(of: bareRequest + [0], from: "192.0.2.7", by: &responder) == .malformed)
  }

  @Test func anAddressThatAsksTooOftenWaitsAndOthersDoNot() {
    var responder = responder()

    let answered = (0..<100).count { _ in outcome(of: bareRequest, from: "192.0.2.7", by: &responder) == .answered }

    #expect(answered == 40)
    #expect(outcome(of: bareRequest, from: "192.0.2.8", by: &responder) == .answered)
    #expect(outcome(of: bareRequest, from: "192.0.2.7", at: .zero + .milliseconds(99), by: &responder) == .limited)
    #expect(outcome(of: bareRequest, from: "192.0.2.7", at: .zero + .milliseconds(100), by: &responder) == .answered)
  }

  @Test(arguments: [
    ((0..<256).map { "192.0.2.\($0)" }, "192.0.3.1"),
    ((0..<256).map { "2001:db8:0:\(String($0, radix: 16))::1" }, "2001:db8:0:100::1"),
  ])
  func aNetworkThatAsksTooOftenWaitsAndItsNeighbourDoesNot(addresses: [String], neighbour: String) {
    var responder = responder()

    let answered = (0..<4).flatMap { _ in addresses }.count {
      outcome(of: bareRequest, from: $0, by: &responder) == .answered
    }

    #expect(answered == 200)
    #expect(outcome(of: bareRequest, from: neighbour, by: &responder) == .answered)
  }

  @Test func aFloodFromForgedAddressesIsBoundedInTotal() {
    var responder = responder()
    var generator = SeededGenerator(seed: 3)

    let answered = (0..<20_000).count { _ in
      let ip = IPAddress(ipv4: .random(in: 0...UInt32.max, using: &generator))
      return outcome(of: bareRequest, from: ip.description, by: &responder) == .answered
    }

    #expect((4_900...5_000).contains(answered))
    #expect(outcome(of: bareRequest, from: "192.0.2.7", at: .zero + .seconds(1), by: &responder) == .answered)
  }

  @Test func aFullOutboxDropsAndCounts() {
    var responder = responder()
    var outbox = DatagramOutbox(byteCount: 32, datagramCount: 8)
    #expect(
      responder.receive(bareRequest, on: path(from: "192.0.2.7"), at: .zero, into: &outbox) == .answered)

    let second = responder.receive(bareRequest, on: path(from: "192.0.2.8"), at: .zero, into: &outbox)

    #expect(second == .limited)
    #expect(outbox.count == 1)
    #expect(outbox.droppedCount == 1)
  }
}
