import SFU
import STUN
import ScriptedPeer
import Testing

/// What cannot be done is refused, in order, and changes nothing.
@Suite struct RefusalTests {
  @Test func anOfferThatIsNoneIsRefusedWithASentence() async throws {
    try await ServerUnderTest.with { server in
      await server.media.perform(.open(.echo), in: "echo")
      await server.media.perform(.add("ann", publishing: [.audio]), in: "echo")

      await server.media.perform(.offer("ann", description: "hello", sources: [:]), in: "echo")

      let news = await news(of: "ann", on: server, count: 1)
      let reason = "Line 1 of the description is malformed."
      #expect(news == [.refused("ann", .init(description: .offer, cause: .malformed, reason: reason))])
    }
  }

  @Test func whoIsUnknownIsRefused() async throws {
    try await ServerUnderTest.with { server in
      await server.media.perform(.offer("ann", description: "v=0", sources: [:]), in: "nowhere")
      await server.media.perform(.answer("ann", description: "v=0"), in: "nowhere")

      let news = await news(of: "ann", on: server, in: "nowhere", count: 2)
      #expect(news.map(\.refusedDescription) == [.offer, .answer])
    }
  }

  @Test func anAnswerToNothingIsRefused() async throws {
    try await ServerUnderTest.with { server in
      let client = try MediaClient("ann", in: "echo", on: server)
      try await client.join()

      await server.media.perform(.answer("ann", description: client.publishing.offer()), in: "echo")
      try await client.pump { client.news.last?.refusedDescription == .answer }
      let before = client.received(.audio).count
      let goesOn = try await client.pump { client.received(.audio).count >= before + 5 }

      #expect(client.news.filter { $0.refusedDescription != nil }.count == 1)
      #expect(goesOn)
    }
  }

  @Test func anAnswerThatKeepsNoCodecIsRefusedWithASentence() async throws {
    try await ServerUnderTest.with { server in
      let client = try MediaClient("ann", in: "echo", on: server)
      client.watching.descriptions.payloadTypes = [35: 72]  // a number that cannot be used

      await server.media.perform(.open(.echo), in: "echo")
      await server.media.perform(.add("ann", publishing: [.audio]), in: "echo")
      await client.offer()
      try await client.pump { client.news.last?.refusedDescription == .answer }

      let reason = "The answer accepts a media description and keeps none of the codecs offered for it."
      #expect(client.news.last == .refused("ann", .init(description: .answer, reason: reason)))
    }
  }

  @Test func theBoundsHold() async throws {
    try await ServerUnderTest.with { configuration in
      configuration.limits.rooms = 1
      configuration.limits.participantsPerRoom = 1
      configuration.limits.peers = 1
    } _: { server in
      let client = try MediaClient("ann", in: "echo", on: server)
      await server.media.perform(.open(.echo), in: "echo")
      await server.media.perform(.open(.echo), in: "another")
      await server.media.perform(.add("ann", publishing: [.audio]), in: "echo")
      await server.media.perform(.add("bob", publishing: [.audio]), in: "echo")
      await client.offer()

      #expect(await news(of: nil, on: server, in: "another", count: 1) == [.failed])
      #expect(await news(of: "bob", on: server, count: 1) == [.lost("bob")])
      try await client.pump(for: .milliseconds(100))
      let offers = client.news.filter { if case .offer = $0 { true } else { false } }
      #expect(!client.news.isEmpty && offers.isEmpty, "an answer, and no place for a subscription")
      #expect(await server.media.statistics().peers == 1)
    }
  }

  @Test func anOfferOfNoUseIsFoundOutWithoutARoom() async throws {
    try await ServerUnderTest.with { server in
      for isWatching in [false, true] {
        #expect(server.media.refusal(ofOffer: "hello", watching: isWatching)?.cause == .malformed)
        let empty = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
        #expect(server.media.refusal(ofOffer: empty, watching: isWatching)?.cause == .unusable)
      }
    }
  }

  @Test func broadcastsAreNotServed() async throws {
    try await ServerUnderTest.with { server in
      await server.media.perform(.open(.broadcast), in: "room")

      #expect(await news(of: nil, on: server, in: "room", count: 1) == [.failed])
    }
  }

  @Test func aPortThatIsTakenIsSaid() async throws {
    try await ServerUnderTest.with { server in
      var configuration = SFUConfiguration(announcedAddresses: [ServerUnderTest.loopback4])
      configuration.port = server.media.port

      #expect { _ = try MediaServer(configuration) } throws: { error in
        guard case .cannotListen(let address, _)? = error as? MediaServerError else { return false }
        return address.port == configuration.port
      }
    }
  }

  private func news(
    of participant: String?, on server: ServerUnderTest, in room: String = "echo", count: Int
  ) async -> [MediaServer.News] {
    var news: [MediaServer.News] = []
    for _ in 0..<2000 where news.count < count {
      news += server.takeEvents(of: participant, in: room)
      try? await Task.sleep(for: .milliseconds(1))
    }
    return news
  }
}

extension MediaServer.News {
  fileprivate var refusedDescription: MediaServer.Refusal.Description? {
    guard case .refused(_, let refusal) = self else { return nil }
    return refusal.description
  }
}
