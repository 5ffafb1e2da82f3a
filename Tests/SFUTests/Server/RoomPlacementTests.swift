import SFU
import Testing

/// Which room is on which worker.
@Suite struct RoomPlacementTests {
  @Test func aRoomGoesToTheWorkerWithLeastToDo() {
    var placement = RoomPlacement(workerCount: 3)

    let worker = placement.open("tea", streams: [400, 90, 300])

    #expect(worker == 1 && placement.worker(of: "tea") == 1)
    #expect(placement.open("tea", streams: [0, 900, 0]) == 1, "and stays there")
  }

  @Test func roomsOpenedAtOnceAreSpreadBeforeTheyHaveStreams() {
    var placement = RoomPlacement(workerCount: 3)

    let workers = (0..<9).map { placement.open("room \($0)", streams: [0, 0, 0]) }

    #expect((0..<3).allSatisfy { worker in workers.count { $0 == worker } == 3 })
  }

  @Test func oneGreatRoomOutweighsManySmallOnes() {
    var placement = RoomPlacement(workerCount: 2)
    _ = placement.open("great", streams: [0, 0])

    let workers = (0..<5).map { placement.open("small \($0)", streams: [500, 0]) }

    #expect(workers.allSatisfy { $0 == 1 })
  }

  @Test func aRoomThatIsClosedWeighsNothing() {
    var placement = RoomPlacement(workerCount: 2)
    for number in 0..<4 { _ = placement.open("room \(number)", streams: [0, 0]) }

    for number in [0, 2] { placement.close("room \(number)") }
    placement.close("nowhere")

    #expect(placement.worker(of: "room 0") == nil && placement.worker(of: "room 1") == 1)
    #expect((0..<2).map { placement.open("another \($0)", streams: [0, 0]) } == [0, 0])
  }

  @Test func aWorkerThatHangsGetsARoomOnlyIfAllDo() {
    var placement = RoomPlacement(workerCount: 3)

    #expect(placement.open("first", streams: [nil, 900, nil]) == 1)
    #expect(placement.open("second", streams: [nil, nil, nil]) == 0)
    #expect(placement.open("third", streams: [nil, nil, nil]) == 2)
  }
}
