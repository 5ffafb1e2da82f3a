import RTP
import SFU
import ScriptedPeer
import Testing
import WebRTC

/// Offers of players and encoders that are of no use are refused with the right cause, and nothing stays of them.
@Suite(.serialized) struct WatchRefusalTests {
  private static let selection = MediaServer.Selection(
    audio: .init("ann", .microphone), video: .init("ann", .camera))

  struct UselessOffer: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let cause: MediaServer.Refusal.Cause
    let change: @Sendable (inout SessionDescription) -> Void

    init(
      _ name: String, _ cause: MediaServer.Refusal.Cause = .unusable,
      _ change: @escaping @Sendable (inout SessionDescription) -> Void
    ) {
      (testDescription, self.cause, self.change) = (name, cause, change)
    }
  }

  private static let uselessOffers = [
    UselessOffer("ICE-lite") { $0.isICELite = true },
    UselessOffer("nothing at all") { $0.media = [] },
    UselessOffer("data channels only") {
      $0.media = [MediaDescription(.application, port: 9, protocolName: "UDP/DTLS/SCTP", formats: ["x"])]
    },
    UselessOffer("no codec that is known") { offer in
      for media in offer.media.indices { offer.media[media].codecs[0].name = "x-strange" }
    },
    UselessOffer("no ICE credentials") { offer in
      for media in offer.media.indices { offer.media[media].transport.ufrag = nil }
    },
    UselessOffer("no fingerprint") { offer in
      for media in offer.media.indices { offer.media[media].transport.fingerprints = [] }
    },
    UselessOffer("on hold") { offer in
      for media in offer.media.indices { offer.media[media].transport.setup = .holdconn }
    },
    UselessOffer("inactive") { offer in
      for media in offer.media.indices { offer.media[media].direction = .inactive }
    },
    UselessOffer("no RTCP on the port of media") { offer in
      for media in offer.media.indices { offer.media[media].multiplexesRTCP = false }
    },
    UselessOffer("every place switched off") { offer in
      for media in offer.media.indices { offer.media[media].port = 0 }
    },
  ]

  @Test(arguments: uselessOffers)
  func aPlayersOfferOfNoUseIsRefused(offer: UselessOffer) throws {
    let room = try RoomUnderTest()

    let viewer = room.watch("viewer", Self.selection) { $0.habit = offer.change }
    try room.run { !viewer.news.isEmpty }

    #expect(viewer.refusals.map(\.description) == [.offer] && viewer.refusals.map(\.cause) == [offer.cause])
    #expect(viewer.answers.isEmpty && viewer.slots.isEmpty && room.statistics.peers == 0)
  }

  @Test(arguments: uselessOffers)
  func anEncodersOfferOfNoUseIsRefused(offer: UselessOffer) throws {
    let room = try RoomUnderTest()
    let ann = room.add("ann")
    ann.publishing.descriptions.habit = offer.change

    room.offer(ann)
    try room.run { !ann.refusals.isEmpty }

    #expect(ann.refusals.map(\.description) == [.offer] && ann.refusals.map(\.cause) == [offer.cause])
    #expect(ann.answers.isEmpty && room.statistics.publishedStreams == 0)
  }

  @Test func whoOnlySendsCannotWatchAndWhoOnlyReceivesCannotPublish() throws {
    let room = try RoomUnderTest()
    let viewer = room.watch("viewer", Self.selection) { ($0.audio, $0.video) = (.sendonly, .sendonly) }
    let ann = room.add("ann")
    (ann.publishing.descriptions.audio, ann.publishing.descriptions.video) = (.recvonly, .recvonly)

    room.offer(ann)
    try room.run { !viewer.refusals.isEmpty && !ann.refusals.isEmpty }

    #expect(viewer.refusals.map(\.cause) == [.unusable] && ann.refusals.map(\.cause) == [.unusable])
  }

  @Test func twoCamerasOfAnEncoderAreOneTooMany() throws {
    let room = try RoomUnderTest()
    let ann = room.add("ann")
    ann.publishing.descriptions.others = [(.video, .sendonly)]

    room.offer(ann)
    try room.run { !ann.refusals.isEmpty }

    #expect(ann.refusals.map(\.cause) == [.unusable] && ann.answers.isEmpty)
  }

  @Test func whereThereIsNoPlaceItIsSaid() throws {
    let room = try RoomUnderTest {
      $0.limits.peers = 2
      $0.limits.participants = 3
    }
    for name in ["one", "two"] { room.watch(name, Self.selection) }

    let noConnection = room.watch("three", Self.selection)
    let noParticipant = room.watch("four", Self.selection)
    try room.run { !noConnection.refusals.isEmpty && !noParticipant.refusals.isEmpty }

    #expect(noConnection.refusals.map(\.cause) == [.full])
    #expect(noParticipant.refusals.map(\.cause) == [.full])
    #expect(room.statistics.peers == 2 && room.members["one"]?.answers.count == 1)
  }

  @Test func inAnEchoThereIsNobodyToWatch() throws {
    let room = try RoomUnderTest(.echo)

    let viewer = room.watch("viewer", Self.selection)
    try room.run { !viewer.refusals.isEmpty }

    #expect(viewer.refusals.map(\.cause) == [.unusable] && room.statistics.peers == 0)
  }

  @Test func everyPieceOfAnOfferIsAnsweredOrRefusedOnceAndKeepsOneConnectionAtMost() throws {
    let room = try RoomUnderTest()
    let viewer = room.watch("viewer", Self.selection)
    try room.run { viewer.answers.count == 1 }
    let offer = Array(viewer.watching.offer().utf8)

    var count = 0
    for length in stride(from: 0, to: offer.count, by: 7) {
      room.perform(.watch("viewer", description: String(decoding: offer[..<length], as: UTF8.self), of: Self.selection))
      count += 1
    }
    try room.run(for: .seconds(10)) { viewer.answers.count + viewer.refusals.count == count + 1 }

    #expect(viewer.answers.count + viewer.refusals.count == count + 1)
    #expect(viewer.refusals.allSatisfy { $0.description == .offer && $0.cause != .full && !$0.reason.isEmpty })
    #expect(room.statistics.peers == 1)
  }
}
