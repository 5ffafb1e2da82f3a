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
    ann.publishing.givesKeyframes = false  // the worst: a publisher who takes its time
    ann.publishing.startCamera(every: .milliseconds(20), at: SystemClock.now)
    let viewers = (0..<300).map { room.add("viewer \($0)") }
    try #require(
      try room.run(for: .seconds(60)) {
        // The first keyframe is too old by then to begin with.
        ann.publishing.camera?.count ?? 0 > 100 && viewers.allSatisfy(\.watching.isConnected)
      })

    let requestsBefore = ann.publishing.keyframeRequestCount
    for start in stride(from: 0, to: 300, by: 30) {
      for viewer in viewers[start..<start + 30] { room.subscribe(viewer, to: camera) }
      try room.run(for: .milliseconds(50))
    }
    try room.run { viewers.allSatisfy { $0.slot(of: camera) != nil } }
    try room.run(for: .milliseconds(100))
    let requests = ann.publishing.wishes.filter { $0.event.wantsKeyframe }.map(\.at)
    ann.publishing.camera?.makeKeyframe()
    let allSee = try room.run { viewers.allSatisfy { !$0.received(camera).isEmpty } }

    #expect(allSee)
    #expect(requests.count > requestsBefore)
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

  #if DEBUG
    private static let publisherCount = 6  // an unoptimized build cannot keep up with more
  #else
    private static let publisherCount = 30
  #endif

  /// Pictures of some 150 kbit/s and sound, from each to each.
  @Test func thirtyWhoSeeAndHearEachOtherLoseNothing() throws {
    let room = try RoomUnderTest()
    let members = (0..<Self.publisherCount).map { room.join("p\($0)") }
    for member in members {
      let others = members.filter { $0 !== member }.map { (MediaServer.Track($0.name, .camera), LayerWish()) }
      room.perform(.subscribe(member.name, Dictionary(uniqueKeysWithValues: others)))
    }
    let audioCount = min(Self.publisherCount - 1, Participant.audioSlotLimit)
    let heardCount = SFUConfiguration(announcedAddresses: []).loudestCount + 1
    try #require(
      try room.run {
        members.allSatisfy { $0.publishing.isConnected && $0.slots.count == Self.publisherCount - 1 + audioCount }
      })
    for member in members {
      let start = SystemClock.now + .milliseconds(Int64.random(in: 0..<50))
      member.publishing.startCamera(every: .milliseconds(50), at: start, byteCount: 940)
    }
    let begins = try room.run { members.allSatisfy { !$0.watching.received.isEmpty } }
    try room.run(for: .seconds(1))
    for member in members { room.deafen(member) }
    let isSettled = try room.run { room.statistics.mediaPacketsIn == UInt64(members.sentCount.video) }

    let before = (room.statistics, members.sentCount)
    for member in members.prefix(heardCount) {
      member.publishing.microphoneLevel = 25
      member.publishing.startMicrophone(every: .milliseconds(20), at: SystemClock.now)
    }
    try room.run(for: .milliseconds(500))
    // However late a busy machine brings it, nobody takes the place of who is louder.
    for member in members.dropFirst(heardCount) {
      member.publishing.microphoneLevel = 80
      member.publishing.startMicrophone(every: .milliseconds(20), at: SystemClock.now)
    }
    try room.run(for: .seconds(3))
    for member in members {
      member.publishing.camera?.stop()
      member.publishing.microphone?.stop()
    }
    try room.run(for: .milliseconds(100))
    let after = (room.statistics, members.sentCount)

    let video = (after.1.video - before.1.video) * (Self.publisherCount - 1)
    let audio = members.prefix(heardCount).sentCount.audio * (Self.publisherCount - 1)
    #expect(begins && isSettled && video > Self.publisherCount * 50 * (Self.publisherCount - 1))
    #expect(Int(after.0.mediaPacketsOut - before.0.mediaPacketsOut) - video - audio == 0)
    let lost: [MediaServer.DropReason] = [.noRoom, .unsendable, .notConnected, .tooOld, .unknownCodec]
    for reason in lost {
      #expect(after.0.dropped[reason, default: 0] == before.0.dropped[reason, default: 0], "\(reason)")
    }
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

extension Sequence<RoomUnderTest.Member> {
  /// How many packets their cameras and microphones have sent.
  fileprivate var sentCount: (video: Int, audio: Int) {
    (
      reduce(0) { $0 + ($1.publishing.camera?.count ?? 0) }, reduce(0) { $0 + ($1.publishing.microphone?.count ?? 0) }
    )
  }
}

extension FeedbackEvent {
  fileprivate var wantsKeyframe: Bool {
    if case .keyframeWanted = self { true } else { false }
  }
}
