import Signaling
import TestSupport
import Testing

/// What media measures of those in a room, and what everybody is told of it.
@Suite struct QualityTests {
  private typealias Rating = MediaQuality.Rating

  private var room = TestRoom.meeting("Ada", "Bob")
  private let ada: ParticipantID
  private let bob: ParticipantID
  private let gone = ParticipantID(rawValue: "p_gone")
  private let lossy = MediaQuality(publishing: Rating(.poor, .loss), receiving: Rating(.good))
  private let good = MediaQuality(publishing: Rating(.good), receiving: Rating(.good))

  init() {
    ada = room.id("Ada")
    bob = room.id("Bob")
    room.handle(#""type":"updateRoom","mode":"routed""#, from: ada)
    room.say(moved: .routed, ada, bob)
    room.pass(.seconds(3))
    _ = room.takeEffects()
  }

  // MARK: Quality

  @Test mutating func everybodyIsToldHowSomebodysMediaDoes() {
    room.report(.quality(bob, lossy))

    #expect(room.takeQualities() == [[bob: lossy]])
    #expect(room[bob]?.quality == lossy && room[ada]?.quality == MediaQuality())
    let carol = room.join("Carol")
    #expect(room.state.view(for: carol).participants.first { $0.id == bob }?.quality == lossy)
  }

  @Test mutating func whatChangesWithinASecondIsToldAsOne() {
    room.report(.quality(bob, lossy))
    _ = room.takeQualities()

    for _ in 0..<50 {
      room.report(.quality(bob, good))
      room.report(.quality(ada, lossy))
      room.report(.quality(bob, lossy))
      room.report(.quality(bob, good))
    }
    room.pass(.milliseconds(999))
    #expect(room.takeQualities() == [])
    room.pass(.milliseconds(1))

    #expect(room.takeQualities() == [[bob: good, ada: lossy]])
    room.pass(.seconds(60))
    #expect(room.takeQualities() == [])
  }

  @Test mutating func whatIsAsItWasIsNotTold() {
    room.report(.quality(bob, good))
    _ = room.takeQualities()

    room.report(.quality(bob, lossy))
    room.report(.quality(bob, good))
    room.pass(.seconds(2))
    room.report(.quality(bob, good))

    #expect(room.takeQualities() == [])
  }

  @Test mutating func aCrowdIsToldOfBitByBit() {
    let crowd = (0..<98).map { room.join("Guest \($0)") }
    for id in crowd { room.report(.quality(id, lossy)) }
    var told = room.takeQualities()
    #expect(told == [[crowd[0]: lossy]])
    for count in [64, 33] {
      room.pass(.seconds(1))
      told = room.takeQualities()
      #expect(told.map(\.count) == [count])
    }
    let shown = Set(crowd.map { room[$0]?.quality })
    #expect(shown == [lossy])
    room.pass(.seconds(1))
    #expect(room.takeQualities() == [])
  }

  @Test mutating func ofWhoIsUnknownNothingIsTold() {
    room.report(.quality(gone, lossy))
    room.report(.demand(gone, .camera, layers: 1))
    room.report(.dominantSpeaker(gone))

    #expect(room.takeEffects().isEmpty)
    #expect(room.state.settings.dominantSpeaker == nil)
  }

  @Test mutating func whatWasMeasuredIsForgottenWithItsMedia() {
    room.report(.quality(bob, lossy))
    room.report(.quality(ada, good))
    room.report(.dominantSpeaker(bob))
    for _ in 0..<2 { room.pass(.seconds(1)) }
    _ = room.takeEffects()

    room.report(.lost(bob))
    #expect(room.takeQualities() == [[bob: MediaQuality()]])
    #expect(room.state.settings.dominantSpeaker == nil)

    room.report(.dominantSpeaker(ada))
    room.pass(.seconds(2))
    room.report(.failed)
    room.pass(.seconds(2))
    #expect(room[ada]?.quality == MediaQuality())
    #expect(room.state.settings.dominantSpeaker == nil)
  }

  @Test mutating func inAMeshNobodyIsRated() {
    room.report(.quality(bob, lossy))
    room.report(.dominantSpeaker(bob))
    room.handle(#""type":"updateRoom","mode":"mesh""#, from: ada)
    room.say(moved: .mesh, ada, bob)
    room.pass(.seconds(2))

    #expect(room.path == [.mesh])
    #expect(room[bob]?.quality == MediaQuality() && room.state.settings.dominantSpeaker == nil)
    room.report(.quality(bob, lossy))
    room.report(.dominantSpeaker(bob))
    #expect(room[bob]?.quality == MediaQuality() && room.state.settings.dominantSpeaker == nil)
  }

  // MARK: Devices that do not keep up

  @Test mutating func aDeviceThatDoesNotKeepUpMakesAGoodRatingFair() {
    room.report(.quality(ada, good))
    room.pass(.seconds(1))
    #expect(room.handle(Self.busy, from: ada) == nil)

    #expect(room[ada]?.quality == MediaQuality(publishing: Rating(.fair, .cpu), receiving: Rating(.good)))
    room.pass(.seconds(1))
    room.handle(Self.idle, from: ada)
    #expect(room[ada]?.quality == good)
    #expect(room.takeReplies() == 2)
  }

  @Test mutating func whatIsWorseThanABusyDeviceStays() {
    room.report(.quality(ada, lossy))
    room.pass(.seconds(1))
    room.handle(Self.busy, from: ada)
    #expect(room[ada]?.quality == lossy)

    let fair = MediaQuality(publishing: Rating(.fair, .bandwidth), receiving: nil)
    room.report(.quality(ada, fair))
    room.pass(.seconds(1))
    #expect(room[ada]?.quality == fair)
    room.report(.quality(ada, good))
    room.pass(.seconds(1))
    #expect(room[ada]?.quality.publishing == Rating(.fair, .cpu))
  }

  @Test mutating func whoDoesNotSayItAgainIsTakenToKeepUp() {
    room.report(.quality(ada, good))
    room.pass(.seconds(1))
    room.handle(Self.busy, from: ada)
    room.pass(.seconds(29))
    room.handle(Self.busy, from: ada)
    room.pass(.seconds(29))
    #expect(room[ada]?.quality.publishing == Rating(.fair, .cpu))

    room.pass(.seconds(1))

    #expect(room[ada]?.quality == good)
  }

  @Test mutating func whoSaysNowThisAndNowThatIsToldOfOnceASecond() {
    room.report(.quality(ada, good))
    room.pass(.seconds(1))
    _ = room.takeQualities()

    for _ in 0..<30 {
      room.handle(Self.busy, from: ada)
      room.handle(Self.idle, from: ada)
      room.pass(.milliseconds(100))
    }

    #expect(room.takeQualities().count <= 4)
  }

  @Test mutating func nobodySaysItOfSomebodyElse() {
    room.report(.quality(ada, good))
    room.report(.quality(bob, good))
    room.pass(.seconds(1))
    room.handle(#""type":"reportLimitation","reason":"cpu","participant":"\#(bob.rawValue)""#, from: ada)
    room.pass(.seconds(1))
    #expect(room[bob]?.quality == good)
  }

  // MARK: Who leads, and what is of use

  @Test mutating func everybodyIsToldWhoLeadsTheConversation() {
    room.report(.dominantSpeaker(bob))
    room.report(.dominantSpeaker(bob))
    room.report(.dominantSpeaker(ada))
    room.report(.dominantSpeaker(nil))

    #expect(room.takeSpeakers() == [bob, ada, nil])
    room.report(.dominantSpeaker(bob))
    #expect(room.takeSpeakers() == [bob])
    let carol = room.join("Carol")
    #expect(room.state.view(for: carol).room.dominantSpeaker == bob)
    room.handle(#""type":"leave""#, from: bob)
    #expect(room.takeSpeakers() == [nil])
  }

  @Test mutating func whatChangesByTheSecondIsNotKeptOnTheDisk() {
    room.report(.dominantSpeaker(bob))
    room.report(.quality(bob, lossy))
    room.report(.demand(bob, .camera, layers: 2))

    let isKept = room.takeEffects().contains { if case .keep = $0 { true } else { false } }
    #expect(!isKept)
  }

  @Test mutating func demandIsToldToThePublisherAlone() {
    room.report(.demand(ada, .camera, layers: 0))
    room.report(.demand(bob, .screen, layers: 1))

    let events = room.takeEffects().compactMap { if case .event(let event, let to) = $0 { (event, to) } else { nil } }
    #expect(events.map(\.1) == [[ada], [bob]])
    guard case .demand(.camera, layers: 0) = events[0].0, case .demand(.screen, layers: 1) = events[1].0 else {
      return #expect(Bool(false), "\(events)")
    }
  }

  private static let busy = #""type":"reportLimitation","reason":"cpu""#
  private static let idle = #""type":"reportLimitation","reason":null"#
}

extension TestRoom {
  /// What everybody was told of qualities since the last call, message by message.
  fileprivate mutating func takeQualities() -> [[ParticipantID: MediaQuality]] {
    takeEffects().compactMap { effect in
      guard case .event(.qualityChanged(let participants), let receivers) = effect else { return nil }
      #expect(Set(receivers) == Set(state.participants.keys))
      return Dictionary(uniqueKeysWithValues: participants.map { ($0.id, $0.quality) })
    }
  }

  /// Who led, as everybody was told since the last call.
  fileprivate mutating func takeSpeakers() -> [ParticipantID?] {
    takeEffects().compactMap { effect in
      guard case .event(.roomChanged(let settings, [.dominantSpeaker]), let receivers) = effect else { return nil }
      #expect(Set(receivers) == Set(state.participants.keys))
      return .some(settings.dominantSpeaker)
    }
  }
}
