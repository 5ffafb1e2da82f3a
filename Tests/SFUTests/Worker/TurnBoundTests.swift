import RTP
import SFU
import ScriptedPeer
import Testing

/// How much one turn of the packet loop does, whatever there is to do.
@Suite(.serialized) struct TurnBoundTests {
  private static let camera = MediaServer.Track("ann", .camera)

  /// What many subscribers make of a full socket is spread over turns, between which commands are looked at.
  @Test func aTurnSendsNoMoreThanIsDoneInAFewMilliseconds() throws {
    let room = try RoomUnderTest { $0.collecting = .zero }
    let ann = room.join("ann")
    ann.publishing.startCamera(every: .milliseconds(20), at: SystemClock.now)
    let viewers = (0..<40).map { room.watch("viewer \($0)", MediaServer.Selection(video: Self.camera)) }
    try #require(try room.run(for: .seconds(20)) { viewers.allSatisfy { !$0.watching.received.isEmpty } })
    ann.publishing.camera?.stop()
    try room.run(for: .milliseconds(300))
    let packetCount = 160
    let first = try #require(ann.publishing.camera?.count)
    for number in first..<first + packetCount {
      let packet = try #require(ann.publishing.camera?.packet(number))
      ann.publishing.send(packet, isRepair: false, at: SystemClock.now)
    }

    var counts: [UInt64] = []
    let end = SystemClock.now + .seconds(20)
    while counts.reduce(0, +) < UInt64(packetCount * viewers.count), SystemClock.now < end {
      counts.append(try room.countedTurn().forwarded)
    }

    let bound = UInt64(WorkerLoop.listLimit + viewers.count)
    #expect(counts.allSatisfy { $0 <= bound }, "\(counts)")
    #expect(counts.contains { $0 >= UInt64(WorkerLoop.listLimit) }, "there was more than a turn's work")
    #expect(counts.reduce(0, +) >= UInt64(packetCount * viewers.count), "and none of it is lost")
  }
}
