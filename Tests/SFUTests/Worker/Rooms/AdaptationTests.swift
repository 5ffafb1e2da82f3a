import RTP
import SFU
import ScriptedPeer
import Testing

/// Subscribers that tell what their networks carry are sent what fits.
@Suite(.serialized) struct AdaptationTests {
  private let camera = MediaServer.Track("ann", .camera)

  @Test func aSubscriberBeginsWithWhatFitsAndGetsMoreWhenItsNetworkIsKnown() throws {
    let room = try RoomUnderTest()
    room.reportsArrivals = true
    let ann = room.add("ann")
    ann.publishing.descriptions.layers = ["low", "mid", "high"]
    room.offer(ann)
    // About 90, 180 and 450 kbit/s; an estimate begins with 300.
    for interval in [30, 15, 6] { ann.publishing.startLayer(every: .milliseconds(interval), at: SystemClock.now) }
    try room.run { ann.publishing.isConnected }
    try room.run(for: .milliseconds(3500))
    let bob = room.add("bob")
    room.subscribe(bob, to: camera)

    let comes = try room.run { bob.received(camera).count >= 10 }
    let report = try #require(try room.report(of: bob).subscribed.first { $0.track == camera })
    let rises = try room.run(for: .seconds(8)) { bob.received(camera).last?.layer == 2 }
    let later = try #require(try room.report(of: bob).subscribed.first { $0.track == camera })

    #expect(comes && rises)
    #expect(bob.received(camera).first?.layer ?? 2 < 2)
    #expect(report.wantedSpatialLayer == 2 && (report.limit == .network || report.spatialLayer == 2))
    #expect(later.spatialLayer == 2 && later.limit == nil)
    #expect(bob.received(camera).map { Int($0.sequence) }.haveNoGap, "one numbering")
  }
}
