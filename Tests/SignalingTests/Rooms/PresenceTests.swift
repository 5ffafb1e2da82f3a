import Signaling
import Testing

/// How long a place is kept for whoever is gone.
@Suite struct PresenceTests {
  private var room = TestRoom.meeting("Ada", "Bob")
  private let bob: ParticipantID

  init() { bob = room.id("Bob") }

  @Test mutating func whoLosesItsSocketKeepsItsPlaceForTheGraceTime() {
    room.lose(bob)

    room.pass(.seconds(29))
    #expect(room[bob] != nil)
    room.pass(.seconds(2))
    #expect(room[bob] == nil)
  }

  @Test mutating func aPageThatSaidGoodbyeIsGoneWithinMoments() {
    room.depart(bob)
    room.lose(bob)

    room.pass(.seconds(2))
    #expect(room[bob] != nil, "it may load again")
    room.pass(.seconds(2))
    #expect(room[bob] == nil)
  }

  @Test mutating func whatWasSaidBeforeTheGoodbyeAndComesAfterItTakesNothingBack() {
    room.depart(bob)
    room.pass(.milliseconds(300))
    room.handle(#""type":"ping""#, from: bob)
    room.lose(bob)

    room.pass(.seconds(4))
    #expect(room[bob] == nil)
  }

  @Test mutating func whoTalksOnHasNotGone() {
    room.depart(bob)
    room.pass(.milliseconds(1500))
    room.handle(#""type":"ping""#, from: bob)
    room.pass(.seconds(10))
    #expect(room[bob] != nil)

    room.lose(bob)
    room.pass(.seconds(29))
    #expect(room[bob] != nil)
  }
}
