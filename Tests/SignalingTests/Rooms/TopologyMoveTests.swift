import Signaling
import TestSupport
import Testing

/// A room between mesh and SFU, in virtual time: both carry media until everybody receives by the new one.
@Suite struct TopologyMoveTests {
  // MARK: Towards the SFU

  @Test func theThirdMovesTheRoomAndThoseWhoWereThereSayWhenTheyAreOver() {
    var room = TestRoom.meeting("Ada", "Bob")
    let (ada, bob) = (room.id("Ada"), room.id("Bob"))
    let carol = room.join("Carol")

    #expect(room.path == [.routed, .mesh])
    #expect(room.takeMedia() == [.open(.routed)] + [ada, bob, carol].map { .add($0, publishing: .everything) })
    room.say(moved: .routed, carol, ada)
    #expect(room.path == [.routed, .mesh])
    room.say(moved: .routed, bob)

    #expect(room.path == [.routed])
    #expect(room.told[carol]?.last == .roomChanged)
    #expect(room.takeMoves() == ["routed completed"])
    #expect(room.takeMedia() == [])
  }

  @Test func whoeverDoesNotComeAlongHoldsTheRoomUpForTenSeconds() {
    var room = TestRoom.meeting("Ada", "Bob")
    room.join("Carol")
    room.say(moved: .routed, room.id("Ada"))

    room.pass(.milliseconds(9999))
    #expect(room.path == [.routed, .mesh])
    room.pass(.milliseconds(1))

    #expect(room.path == [.routed])
    #expect(room.takeMoves() == ["routed timedOut"])
  }

  @Test(arguments: [true, false])
  func whoeverLeavesOrIsLostIsNotWaitedFor(leaves: Bool) {
    var room = TestRoom.meeting("Ada", "Bob")
    room.join("Carol")
    room.say(moved: .routed, room.id("Ada"))

    if leaves { room.handle(#""type":"leave""#, from: room.id("Bob")) } else { room.lose(room.id("Bob")) }

    #expect(room.path == [.routed])
  }

  @Test func whoeverIsBackInTimeIsWaitedForAgain() {
    var room = TestRoom.meeting("Ada", "Bob")
    let (ada, bob) = (room.id("Ada"), room.id("Bob"))
    room.join("Carol")
    room.lose(bob)
    room.reconnect(bob)

    room.say(moved: .routed, ada)
    #expect(room.path == [.routed, .mesh])
    room.say(moved: .routed, bob)

    #expect(room.path == [.routed])
  }

  @Test func whatIsSaidOfAnotherMoveMeansNothing() {
    var room = TestRoom.meeting("Ada", "Bob")
    room.say(moved: .routed, room.id("Ada"), room.id("Bob"))
    #expect(room.path == [.mesh])
    room.join("Carol")

    room.say(moved: .mesh, room.id("Ada"), room.id("Bob"))

    #expect(room.path == [.routed, .mesh])
  }

  @Test func whereNobodyWasNothingMoves() {
    var room = TestRoom.meeting("Ada", "Bob")
    room.handle(#""type":"updateRoom","mode":"routed""#, from: room.id("Ada"))
    let tokens = room.tokens
    room.restart()

    for token in tokens { room.comeBack(token, profile: BrowserProfile(address: "a")) }

    #expect(room.state.participants.count == 2)
    #expect(room.path == [.routed])
    #expect(room.takeMoves() == [])
  }

  // MARK: Towards the mesh

  @Test func thoseWhoHaveRemainedReturnToTheMeshAndKeepTheSFUMeanwhile() {
    var room = TestRoom.routedPair
    let (ada, bob) = (room.id("Ada"), room.id("Bob"))
    room.pass(.milliseconds(29_999))
    #expect(room.path == [.routed])
    room.pass(.milliseconds(1))

    #expect(room.path == [.mesh, .routed])
    #expect(room.takeMedia() == [])
    room.say(moved: .mesh, ada)
    #expect(room.path == [.mesh, .routed] && room.takeMedia() == [])
    room.say(moved: .mesh, bob)

    #expect(room.path == [.mesh])
    #expect(room.takeMedia() == [.close])
    #expect(room.takeMoves() == ["mesh completed"])
  }

  @Test func nobodyReturnsWhileSomebodyIsAway() {
    var room = TestRoom.routedPair
    room.pass(.seconds(20))
    room.lose(room.id("Bob"))
    room.pass(.seconds(15))
    room.reconnect(room.id("Bob"))
    room.pass(.milliseconds(29_999))
    #expect(room.path == [.routed])
    room.pass(.milliseconds(1))

    #expect(room.path == [.mesh, .routed])
  }

  @Test func whoeverIsLostOnTheWayToTheMeshIsWaitedFor() {
    var room = TestRoom.returningPair
    room.lose(room.id("Bob"))

    room.say(moved: .mesh, room.id("Ada"))

    #expect(room.path == [.mesh, .routed])
  }

  @Test func aReturnThatFailsGoesBackAndIsNotTriedWithTheseAgain() {
    var room = TestRoom.returningPair
    let (ada, bob) = (room.id("Ada"), room.id("Bob"))
    room.say(moved: .mesh, ada)

    room.pass(.milliseconds(4999))
    #expect(room.path == [.mesh, .routed])
    room.pass(.milliseconds(1))
    #expect(room.path == [.routed, .mesh])
    room.say(moved: .routed, ada, bob)
    room.pass(.seconds(600))
    #expect(room.path == [.routed])
    #expect(room.takeMoves() == ["mesh timedOut", "routed completed"])
    #expect(room.takeMedia() == [], "the SFU was there all the time")

    room.handle(#""type":"leave""#, from: bob)
    room.join("Carol")
    room.pass(.seconds(30))
    #expect(room.path == [.mesh, .routed])
  }

  @Test func aThirdOnTheWayBackTurnsTheRoomRound() {
    var room = TestRoom.returningPair
    let (ada, bob) = (room.id("Ada"), room.id("Bob"))
    room.say(moved: .mesh, ada)

    let carol = room.join("Carol")

    #expect(room.path == [.routed, .mesh])
    #expect(room.takeMedia() == [.add(carol, publishing: .everything)])
    #expect(room.takeMoves() == ["mesh overtaken"])
    room.say(moved: .routed, ada)
    #expect(room.path == [.routed, .mesh])
    room.say(moved: .routed, bob)
    #expect(room.path == [.routed])
  }

  // MARK: By the host

  @Test func aHostMovesTheRoomEitherWay() {
    var room = TestRoom.meeting("Ada", "Bob")
    let (ada, bob) = (room.id("Ada"), room.id("Bob"))
    room.handle(#""type":"updateRoom","mode":"routed""#, from: ada)
    #expect(room.path == [.routed, .mesh])
    room.say(moved: .routed, ada, bob)
    room.pass(.seconds(120))
    #expect(room.path == [.routed])

    room.handle(#""type":"updateRoom","mode":"mesh""#, from: ada)
    #expect(room.path == [.mesh, .routed])
    _ = room.takeMedia()
    room.pass(.seconds(5))

    #expect(room.path == [.mesh], "it was asked for, come what may")
    #expect(room.takeMedia() == [.close])
    #expect(room.takeMoves() == ["routed completed", "mesh timedOut"])
  }

  @Test func theHostMayTurnTheRoomRoundOnItsWay() {
    var room = TestRoom.meeting("Ada", "Bob")
    let (ada, bob) = (room.id("Ada"), room.id("Bob"))
    room.handle(#""type":"updateRoom","mode":"routed""#, from: ada)

    room.handle(#""type":"updateRoom","mode":"mesh""#, from: ada)
    #expect(room.path == [.mesh, .routed])
    room.handle(#""type":"updateRoom","mode":"auto""#, from: ada)
    room.say(moved: .mesh, ada, bob)

    #expect(room.path == [.mesh])
    #expect(room.takeMoves() == ["routed overtaken", "mesh completed"])
    #expect(room.takeMedia().filter { $0 == .open(.routed) || $0 == .close } == [.open(.routed), .close])
  }

  @Test func aBroadcastIsBegunAtOnceAlsoOnTheWay() {
    var room = TestRoom.meeting("Ada", "Bob")
    let (ada, bob) = (room.id("Ada"), room.id("Bob"))
    room.handle(#""type":"updateRoom","mode":"routed""#, from: ada)
    _ = room.takeMedia()

    room.handle(#""type":"updateRoom","mode":"broadcast""#, from: ada)

    #expect(room.path == [.broadcast])
    #expect(room.takeMedia() == [.close, .open(.broadcast)] + [ada, bob].map { .add($0, publishing: .everything) })
    room.handle(#""type":"updateRoom","mode":"mesh""#, from: ada)
    #expect(room.path == [.mesh] && room.takeMedia() == [.close])
  }

  // MARK: No direct path

  @Test func twoWithoutADirectPathGoThroughTheSFUAsLongAsBothAreThere() {
    var room = TestRoom.meeting("Ada", "Bob")
    let (ada, bob) = (room.id("Ada"), room.id("Bob"))

    room.handle(#""type":"meshFailed","participant":"\#(bob.rawValue)""#, from: ada)

    #expect(room.path == [.routed, .mesh])
    room.say(moved: .routed, ada, bob)
    room.pass(.seconds(600))
    #expect(room.path == [.routed])
    room.handle(#""type":"leave""#, from: ada)
    room.join("Carol")
    room.pass(.seconds(30))
    #expect(room.path == [.mesh, .routed])
  }

  @Test(arguments: [#""mode":"mesh""#, #""mode":"auto""#])
  func aPathThatFailsMovesNothingElsewhere(mode: String) {
    var pinned = TestRoom.meeting("Ada", "Bob")
    pinned.handle(#""type":"updateRoom",\#(mode)"#, from: pinned.id("Ada"))
    let isPinned = mode.contains("mesh")
    let other = isPinned ? pinned.id("Bob").rawValue : "p_nobody"
    #expect(pinned.handle(#""type":"meshFailed","participant":"\#(other)""#, from: pinned.id("Ada")) == nil)
    #expect(pinned.path == [.mesh])

    var alone = TestRoom.meeting("Ada", "Bob", topologies: [])
    let (ada, bob) = (alone.id("Ada"), alone.id("Bob"))
    #expect(alone.handle(#""type":"meshFailed","participant":"\#(bob.rawValue)""#, from: ada) == nil)
    #expect(alone.path == [.mesh])
  }

  @Test func whoHasNoPathToItselfMovesNothing() {
    var room = TestRoom.meeting("Ada", "Bob")
    let ada = room.id("Ada")
    room.handle(#""type":"meshFailed","participant":"\#(ada.rawValue)""#, from: ada)
    #expect(room.path == [.mesh])
  }

  // MARK: Ends and beginnings on the way

  @Test func theEndClosesTheMediaOnce() {
    var room = TestRoom.returningPair
    room.handle(#""type":"endRoom""#, from: room.id("Ada"))
    #expect(room.takeMedia() == [.close])
    #expect(room.state.isEnded)
  }

  @Test func theLastToLeaveOnTheWayLeavesNothingOpen() {
    var room = TestRoom.returningPair
    let (ada, bob) = (room.id("Ada"), room.id("Bob"))
    for id in [ada, bob] { room.handle(#""type":"leave""#, from: id) }
    #expect(room.takeMedia() == [.remove(ada), .remove(bob), .close])
    #expect(room.state.isEnded)
  }

  @Test func aRoomWithNobodyButALobbyHasNoMedia() {
    var room = TestRoom.meeting("Ada")
    let ada = room.id("Ada")
    room.handle(#""type":"updateRoom","lobby":true,"mode":"routed""#, from: ada)
    room.join("Wilma")
    _ = room.takeMedia()

    room.handle(#""type":"leave""#, from: ada)

    #expect(room.state.waiting.count == 1 && !room.state.isEnded)
    #expect(room.takeMedia() == [.remove(ada), .close])
    #expect(room.state.settings.former == nil)
    let carol = room.join("Carol", role: .host)
    #expect(room.takeMedia() == [.open(.routed), .add(carol, publishing: .everything)])
  }

  @Test func aRestartOnTheWayBeginsInTheMeshAndMovesAgain() {
    var room = TestRoom.meeting("Ada", "Bob")
    room.join("Carol")
    let tokens = room.tokens
    #expect(room.path == [.routed, .mesh])

    room.restart()
    #expect(room.path == [.mesh])
    for token in tokens.prefix(2) { room.comeBack(token, profile: BrowserProfile(address: "a")) }
    #expect(room.path == [.mesh])
    room.comeBack(tokens[2], profile: BrowserProfile(address: "a"))

    #expect(room.path == [.routed, .mesh])
  }
}
