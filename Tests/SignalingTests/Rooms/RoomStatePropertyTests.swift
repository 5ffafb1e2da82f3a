import Signaling
import TestSupport
import Testing

/// Whatever happens to a room, in whatever order: what must always hold.
@Suite struct RoomStatePropertyTests {
  @Test(arguments: 1...60 as ClosedRange<UInt64>)
  func holdsWhateverHappens(seed: UInt64) {
    var walk = RandomWalk(seed: seed)

    for step in 0..<250 {
      let act = walk.step()
      let problems = walk.problems()
      #expect(problems.isEmpty, "seed \(seed), step \(step): \(act): \(problems)")
      guard problems.isEmpty, !walk.room.state.isEnded else { return }
    }
  }

  @Test func theWalksSeeMuchOfWhatARoomCanDo() {
    var kinds: Set<ServerEvent.Kind> = []
    var seen = RandomWalk.Seen()
    var endings: Set<String> = []
    var ended = 0
    var waited = 0
    for seed in 1...60 as ClosedRange<UInt64> {
      var walk = RandomWalk(seed: seed)
      for _ in 0..<250 where !walk.room.state.isEnded {
        _ = walk.step()
        waited = max(waited, walk.room.state.waiting.count)
      }
      kinds.formUnion(walk.room.told.values.joined())
      seen.add(walk.seen)
      endings.formUnion(walk.moves.endings)
      ended += walk.room.state.isEnded ? 1 : 0
    }

    // `admitted` carries the snapshot, which only the shell can make; the others are no room's events.
    let elsewhere: Set<ServerEvent.Kind> = [.resumeToken, .serverStopping, .admitted, .slots, .echoEnded]
    #expect(kinds.isSuperset(of: Set(ServerEvent.Kind.allCases).subtracting(elsewhere)))
    let ways = ["mesh", "routed"].flatMap { way in TopologyMove.Outcome.allCases.map { "\(way) \($0.rawValue)" } }
    #expect(endings == Set(ways))
    #expect(ended > 4 && ended < 60)
    #expect(waited >= 3)
    #expect(seen.admissions > 20, "\(seen)")
    #expect(seen.returns > 20 && seen.refusedReturns > 20, "\(seen)")
    #expect(seen.bans > 20 && seen.bannedTabs > 0 && seen.refusedAsBanned > 20, "\(seen)")
    #expect(seen.encoders > 20 && seen.takeovers > 5 && seen.players > 20 && seen.refusedStreams > 20, "\(seen)")
    #expect(seen.refusedForPassword > 10 && seen.bounded > 20, "\(seen)")
  }
}
