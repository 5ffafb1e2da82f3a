import RTP
import SFU
import ScriptedPeer
import Testing
import WebRTC

/// What becomes of published tracks while their publishers come, pause, reload and go.
@Suite(.serialized) struct PublishingTests {
  private let camera = MediaServer.Track("ann", .camera)

  /// Ann publishes, and Bob sees her camera.
  private func roomOfTwo() throws -> (RoomUnderTest, ann: RoomUnderTest.Member, bob: RoomUnderTest.Member) {
    let room = try RoomUnderTest()
    let (ann, bob) = (room.join("ann"), room.add("bob"))
    ann.publishing.startCamera(every: .milliseconds(10), at: SystemClock.now)
    ann.publishing.startMicrophone(every: .milliseconds(20), at: SystemClock.now)
    room.subscribe(bob, to: camera)
    try #require(try room.run { bob.received(camera).count >= 10 })
    return (room, ann, bob)
  }

  @Test func theSubscriptionIsOfferedWithoutBeingAskedFor() throws {
    let room = try RoomUnderTest()
    let alone = room.add("ann")
    let before = SystemClock.now

    let isConnected = try room.run { alone.watching.isConnected }

    #expect(isConnected, "there is a way for sound before there is sound")
    #expect(alone.slots == [.init(mid: "0", kind: .audio)])
    #expect(SystemClock.now - before < .seconds(5))
  }

  @Test func aPageThatIsLoadedAnewKeepsTheSlotsOfOthers() throws {
    let (room, ann, bob) = try roomOfTwo()
    let (slots, offerCount) = (bob.slots, bob.offers.count)

    room.reload(ann)
    room.offer(ann)
    room.perform(.restart("ann", anew: true))
    ann.publishing.startCamera(every: .milliseconds(10), at: SystemClock.now, numberedFrom: 1_000_000)
    let goesOn = try room.run { bob.received(camera).contains { $0.index ?? 0 >= 1_000_020 } }

    #expect(goesOn)
    #expect(bob.slots == slots && bob.offers.count == offerCount, "nothing is offered again")
    #expect(bob.received(camera).map { Int($0.sequence) }.haveNoGap, "the numbers go on")
    #expect(try room.run { ann.watching.isConnected }, "the other connection was made anew too")
  }

  @Test func whoIsLostAndComesBackGetsTheSameSlots() throws {
    let room = try RoomUnderTest {
      $0.consentTimeout = .milliseconds(400)
      $0.patience = .milliseconds(200)
    }
    room.consentInterval = .milliseconds(100)
    let (ann, bob) = (room.join("ann"), room.add("bob"))
    ann.publishing.startCamera(every: .milliseconds(10), at: SystemClock.now)
    room.subscribe(bob, to: camera)
    try room.run { bob.received(camera).count >= 10 && ann.watching.isConnected }
    let (slots, offerCount) = (bob.slots, bob.offers.count)

    for browser in ann.browsers { browser.sleep() }
    let isLost = try room.run { ann.news.contains(.lost("ann")) }
    room.remove(ann)  // what is left of her, as signalling does before it adds her again
    let again = room.join("ann")
    again.publishing.startCamera(every: .milliseconds(10), at: SystemClock.now, numberedFrom: 1_000_000)
    let goesOn = try room.run { bob.received(camera).contains { $0.index ?? 0 >= 1_000_010 } }

    #expect(isLost && goesOn)
    #expect(bob.slots == slots && bob.offers.count == offerCount, "nothing is offered again")
  }

  @Test func whoLeavesFreesTheSlotsAndTheWishes() throws {
    let (room, ann, bob) = try roomOfTwo()

    room.remove(ann)
    try room.run { bob.slots.allSatisfy { $0.track == nil } }
    let again = room.join("ann")
    again.publishing.startCamera(every: .milliseconds(10), at: SystemClock.now)
    try room.run(for: .milliseconds(400))

    #expect(bob.slots.allSatisfy { $0.track?.source != .camera }, "it was wanted of who left")
    #expect(bob.slot(of: .init("ann", .microphone)) != nil)
  }

  @Test func aFreedSlotIsUsedAgainUnderANameOfItsOwn() throws {
    let (room, _, bob) = try roomOfTwo()
    let carol = room.join("carol")
    carol.publishing.startCamera(every: .milliseconds(10), at: SystemClock.now, numberedFrom: 1_000_000)
    let other = MediaServer.Track("carol", .camera)
    let slot = bob.slot(of: camera)
    let offer = try #require(bob.offers.last)

    room.perform(.unsubscribe("bob", [camera]))
    try room.run { bob.slot(of: camera) == nil }
    room.subscribe(bob, to: other)
    let isSeen = try room.run { bob.received(other).contains { $0.index ?? 0 >= 1_000_000 } }

    #expect(isSeen && bob.slot(of: other) == slot)
    let description = try #require(bob.offers.last)
    #expect(description.contains("a=msid:carol ") && !description.contains("a=msid:ann ann-camera"))
    let sources = Set(offer.ssrcs)
    #expect(Set(description.ssrcs).subtracting(sources).count >= 2, "the media and its repairs")
  }

  @Test func soundAndPictureOfOneAreOneStream() throws {
    let (room, _, bob) = try roomOfTwo()
    try room.run { bob.slots.count == 2 }

    #expect(bob.offers.last?.components(of: "a=msid:").map { $0.prefix { $0 != " " } } == ["ann", "ann"])
  }

  @Test func whatIsMutedAtTheSourceGoesNowhere() throws {
    let (room, ann, bob) = try roomOfTwo()
    try room.run { bob.received("ann", .microphone).count >= 5 }

    room.perform(.allow("ann", publishing: .audio))
    try room.run(for: .milliseconds(50))
    let (video, audio) = (bob.received(camera).count, bob.received("ann", .microphone).count)
    try room.run(for: .milliseconds(300))
    let videoMeanwhile = bob.received(camera).count
    let requestCount = ann.publishing.keyframeRequestCount
    room.perform(.allow("ann", publishing: [.audio, .video]))
    let comesBack = try room.run { bob.received(camera).count >= video + 10 }

    #expect(videoMeanwhile == video)
    #expect(bob.received("ann", .microphone).count >= audio + 10, "the rest goes on")
    #expect(comesBack && ann.publishing.keyframeRequestCount > requestCount)
    #expect(room.statistics.dropped[.notAllowed, default: 0] >= 20)
  }

  @Test func aScreenNeedsAPermissionOfItsOwn() throws {
    let room = try RoomUnderTest()
    let (ann, bob) = (room.add("ann", publishing: [.audio, .video]), room.add("bob"))
    ann.publishing.descriptions.others = [(kind: .video, direction: .sendonly)]
    room.offer(ann, ["2": .screen])
    let screen = MediaServer.Track("ann", .screen)
    room.subscribe(bob, to: screen)
    try room.run { ann.publishing.isConnected && bob.watching.isConnected && bob.slot(of: screen) != nil }

    var source = FrameSource(
      payloadType: BrowserDescriptions.videoType, first: .init(rawValue: 9), every: .milliseconds(10), from: .zero)
    for _ in 0..<10 { sendNext(of: &source) }
    let meanwhile = bob.received(screen).count
    room.perform(.allow("ann", publishing: .screen))
    source.makeKeyframe()
    for _ in 0..<10 { sendNext(of: &source) }

    #expect(meanwhile == 0)
    #expect(bob.received(screen).compactMap(\.index) == Array(10..<20))

    func sendNext(of source: inout FrameSource) {
      if let packet = source.takeDue(at: SystemClock.now) {
        ann.publishing.send(packet, isRepair: false, on: 2, at: SystemClock.now)
      }
      try? room.run(for: .milliseconds(10))
    }
  }

  @Test func anOfferWithTwoCamerasIsRefusedAndChangesNothing() throws {
    let (room, ann, bob) = try roomOfTwo()
    let count = bob.received(camera).count

    ann.publishing.descriptions.others = [(kind: .video, direction: .sendonly)]
    room.offer(ann)
    let goesOn = try room.run { bob.received(camera).count >= count + 10 }

    let reason = "The offer has more than one camera; say by mid what each media description shows."
    #expect(ann.news.contains(.refused("ann", .init(description: .offer, reason: reason))))
    #expect(goesOn)
  }

  @Test func aTrackThatPausesKeepsItsSlotAndComesBack() throws {
    let (room, ann, bob) = try roomOfTwo()
    let offerCount = bob.offers.count

    ann.publishing.descriptions.video = .inactive
    room.offer(ann)
    try room.run(for: .milliseconds(200))
    let count = bob.received(camera).count
    ann.publishing.descriptions.video = .sendonly
    room.offer(ann)
    ann.publishing.camera?.makeKeyframe()
    let comesBack = try room.run { bob.received(camera).count >= count + 10 }

    #expect(comesBack)
    #expect(bob.offers.count == offerCount, "nobody is bothered with it")
  }
}

extension String {
  /// What follows a prefix, line by line.
  fileprivate func components(of prefix: String) -> [String] {
    split(separator: "\r\n").filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
  }

  fileprivate var ssrcs: [String] { components(of: "a=ssrc:").map { String($0.prefix { $0 != " " }) } }
}
