import SFU
import Testing

/// Which room is on which worker.
@Suite struct RoomPlacementTests {
  private static let selection = MediaServer.Selection(video: .init("ann", .camera))

  private func open(_ room: String, _ streams: [Int?], _ placement: inout RoomPlacement) -> Int? {
    _ = placement.steps(for: .open(.routed), in: room, streams: streams)
    return placement.home(of: room)
  }

  /// Somebody comes to watch; the steps for that.
  private func watch(
    _ name: String, in room: String, _ streams: [Int?], _ placement: inout RoomPlacement
  ) -> [RoomPlacement.Step] {
    _ = placement.steps(for: .add(name, publishing: []), in: room, streams: streams)
    return placement.steps(for: Self.watch(name), in: room, streams: streams)
  }

  private static func watch(_ name: String) -> MediaServer.Command {
    .watch(name, description: "offer", of: selection)
  }

  // MARK: Rooms

  @Test func aRoomGoesToTheWorkerWithLeastToDo() {
    var placement = RoomPlacement(workerCount: 3)

    let steps = placement.steps(for: .open(.routed), in: "tea", streams: [400, 90, 300])

    #expect(steps == [.perform(.open(.routed), on: 1)])
    #expect(open("tea", [0, 900, 0], &placement) == 1, "and stays there")
    #expect(placement.steps(for: .report("ann"), in: "tea", streams: []) == [.perform(.report("ann"), on: 1)])
  }

  @Test func roomsOpenedAtOnceAreSpreadBeforeTheyHaveStreams() {
    var placement = RoomPlacement(workerCount: 3)

    let workers = (0..<9).map { open("room \($0)", [0, 0, 0], &placement) }

    #expect((0..<3).allSatisfy { worker in workers.count { $0 == worker } == 3 })
  }

  @Test func oneGreatRoomOutweighsManySmallOnes() {
    var placement = RoomPlacement(workerCount: 2)
    _ = open("great", [0, 0], &placement)

    let workers = (0..<5).map { open("small \($0)", [500, 0], &placement) }

    #expect(workers.allSatisfy { $0 == 1 })
  }

  @Test func aRoomThatIsClosedWeighsNothing() {
    var placement = RoomPlacement(workerCount: 2)
    for number in 0..<4 { _ = open("room \(number)", [0, 0], &placement) }

    for number in [0, 2] { _ = placement.steps(for: .close, in: "room \(number)", streams: []) }
    let unknown = placement.steps(for: .close, in: "nowhere", streams: [])

    #expect(placement.home(of: "room 0") == nil && placement.home(of: "room 1") == 1)
    #expect((0..<2).map { open("another \($0)", [0, 0], &placement) } == [0, 0])
    #expect(unknown == [.perform(.close, on: 0)])
  }

  @Test func aWorkerThatHangsGetsARoomOnlyIfAllDo() {
    var placement = RoomPlacement(workerCount: 3)

    #expect(open("first", [nil, 900, nil], &placement) == 1)
    #expect(open("second", [nil, nil, nil], &placement) == 0)
    #expect(open("third", [nil, nil, nil], &placement) == 2)
  }

  // MARK: Watchers

  @Test func whoWatchesIsAtHomeWhileThatHasNotMuchMoreToDo() {
    var placement = RoomPlacement(workerCount: 2, spreadsFrom: 60)
    _ = open("room", [0, 0], &placement)

    let steps = watch("bob", in: "room", [59, 0], &placement)

    #expect(steps == [.perform(Self.watch("bob"), on: 0)])
  }

  @Test func whoWatchesARoomThatIsTooMuchForItsHomeIsPlacedElsewhere() {
    var placement = RoomPlacement(workerCount: 3, spreadsFrom: 60)
    _ = open("room", [0, 0, 0], &placement)

    let first = watch("bob", in: "room", [90, 30, 10], &placement)
    let second = watch("eve", in: "room", [90, 30, 10], &placement)
    let report = placement.steps(for: .report("bob"), in: "room", streams: [])

    let move: [RoomPlacement.Step] = [.perform(.remove("bob"), on: 0), .perform(.add("bob", publishing: []), on: 2)]
    #expect(first == [.mirror(home: 0, on: 2)] + move + [.perform(Self.watch("bob"), on: 2)])
    #expect(second.first == .mirror(home: 0, on: 2), "it may have had no place for the room before")
    #expect(report == [.perform(.report("bob"), on: 2)], "its commands go where it is")
    #expect(
      placement.steps(for: .close, in: "room", streams: []) == [.perform(.close, on: 0), .perform(.close, on: 2)])
  }

  @Test func smallRoomsStayOnOneWorkerUnlessTheAdministratorWantsOtherwise() {
    var placement = RoomPlacement(workerCount: 8)
    _ = open("room", [Int](repeating: 0, count: 8), &placement)
    var streams = [Int?](repeating: 0, count: 8)

    for number in 0..<120 {
      streams[0] = 2 + 2 * number
      let steps = watch("viewer \(number)", in: "room", streams, &placement)
      #expect((steps == [.perform(Self.watch("viewer \(number)"), on: 0)]) == (number < 99), "\(number)")
    }
  }

  @Test func aWorkerThatIsFullGetsNobody() {
    var placement = RoomPlacement(workerCount: 2, spreadsFrom: 60)
    _ = open("room", [0, 0], &placement)

    #expect(watch("bob", in: "room", [500, nil], &placement) == [.perform(Self.watch("bob"), on: 0)])
  }

  @Test func whoeverComesIsSharedOutEvenlyBeforeStreamsAreCounted() {
    var placement = RoomPlacement(workerCount: 2, spreadsFrom: 60)
    _ = open("room", [0, 0], &placement)

    for number in 0..<500 { _ = watch("viewer \(number)", in: "room", [2, 0], &placement) }
    let places = (0..<500).map { placement.steps(for: .report("viewer \($0)"), in: "room", streams: []) }
    let atHome = places.enumerated().count { $1 == [.perform(.report("viewer \($0)"), on: 0)] }

    #expect((245...255).contains(atHome), "\(atHome)")
  }

  @Test func whoPublishesStaysAtHome() {
    var placement = RoomPlacement(workerCount: 2, spreadsFrom: 60)
    _ = open("room", [0, 0], &placement)
    _ = placement.steps(for: .add("ann", publishing: [.audio]), in: "room", streams: [])
    _ = placement.steps(for: .add("bob", publishing: []), in: "room", streams: [])
    _ = placement.steps(for: .allow("bob", publishing: .video), in: "room", streams: [])

    for name in ["ann", "bob"] {
      let steps = placement.steps(for: Self.watch(name), in: "room", streams: [500, 0])
      #expect(steps == [.perform(Self.watch(name), on: 0)])
    }
  }

  @Test func whoIsLostAndComesBackIsPlacedAnew() {
    var placement = RoomPlacement(workerCount: 2, spreadsFrom: 60)
    _ = open("room", [0, 0], &placement)
    _ = watch("bob", in: "room", [500, 0], &placement)

    placement.lose("bob", in: "room")
    let steps = watch("bob", in: "room", [0, 500], &placement)

    #expect(steps == [.perform(Self.watch("bob"), on: 0)])
  }
}
