import RTP
import SFU
import ScriptedPeer
import Testing
import WebRTC

/// Rooms in which much happens at once.
@Suite(.serialized) struct RoomLoadTests {
  private let camera = MediaServer.Track("ann", .camera)

  @Test func threeHundredWhoComeAtOnceAreThreeKeyframeRequests() throws {
    let room = try RoomUnderTest()
    let ann = room.join("ann")
    ann.publishing.startCamera(every: .milliseconds(33), at: SystemClock.now)
    let viewers = (0..<300).map { room.add("viewer \($0)") }
    try #require(
      try room.run(for: .seconds(60)) { ann.publishing.isConnected && viewers.allSatisfy(\.watching.isConnected) })
    let start = SystemClock.now

    for (number, viewer) in viewers.enumerated() {
      room.subscribe(viewer, to: camera)
      if number % 30 == 29 { try room.run(for: .milliseconds(50)) }
    }
    let allSee = try room.run { viewers.allSatisfy { !$0.received(camera).isEmpty } }

    #expect(allSee)
    let requests = ann.publishing.wishes.filter { $0.event.wantsKeyframe }.map(\.at)
    #expect(requests.contains { $0 >= start })
    for request in requests {
      let inASecond = requests.count { $0 >= request && $0 < request + .seconds(1) }
      #expect(inASecond <= 3, "\(inASecond)")
    }
  }

  @Test func aThousandWhoCameAndWentLeaveNothing() throws {
    let room = try RoomUnderTest()
    let ann = room.join("ann")
    ann.publishing.startCamera(every: .milliseconds(10), at: SystemClock.now)
    let bob = room.add("bob")
    room.subscribe(bob, to: camera)
    try room.run { bob.received(camera).count >= 5 }

    for number in 0..<1000 {
      let member = room.join("p\(number)")
      room.subscribe(member, to: camera)
      room.subscribe(bob, to: .init(member.name, .camera))
      if number % 100 == 0 { try room.run { member.received(camera).count >= 1 } }
      room.remove(member)
    }
    try room.run { bob.slots.count { $0.track != nil } == 2 }
    let before = room.statistics
    room.perform(.close)
    try room.run(for: .milliseconds(20))

    #expect(before.participants == 2 && before.peers == 3)
    #expect(before.subscriptions <= 5, "Ann's sound and picture, and three places that are free")
    let after = room.statistics
    #expect(after.rooms == 0 && after.participants == 0 && after.peers == 0)
    #expect(after.publishedStreams == 0 && after.subscriptions == 0 && after.keptPackets == 0)
  }

  @Test func tablesThatAreFullRefuseAndServeOn() throws {
    let room = try RoomUnderTest {
      $0.limits.peers = 6
      $0.limits.participants = 4
      $0.limits.tracksPerParticipant = 1
    }
    let (ann, bob) = (room.join("ann"), room.add("bob"))
    let others = ["carol", "dave", "eve"].map { room.join($0) }
    ann.publishing.startMicrophone(every: .milliseconds(10), at: SystemClock.now)
    room.subscribe(bob, to: camera)
    let isHeard = try room.run { bob.received("ann", .microphone).count >= 10 }

    #expect(isHeard)
    #expect(bob.slots.allSatisfy { $0.kind == .audio }, "one track of each is all there may be")
    #expect(others[2].news.first == .lost("eve"))
    #expect(others[1].news.contains { if case .refused = $0 { true } else { false } }, "no connection is left for Dave")
    #expect(room.statistics.peers == 6 && room.statistics.participants == 4)
  }
}

extension FeedbackEvent {
  fileprivate var wantsKeyframe: Bool {
    if case .keyframeWanted = self { true } else { false }
  }
}
