import RTP
import SFU
import ScriptedPeer
import Testing

/// A worker that has more to do than it can: what it leaves out, in order, and that all of it comes back.
@Suite(.serialized) struct SaturationTests {
  private static let camera = MediaServer.Track("ann", .camera)
  private static let background = MediaServer.Track("bob", .camera)

  /// What somebody sees, and the worker that has too much to do.
  private struct Scene {
    let room: RoomUnderTest
    let ann: RoomUnderTest.Member
    let carol: RoomUnderTest.Member
    var strain = Strain()

    /// Ann speaks and sends her picture in three sizes, Bob's is in the background of what Carol sees.
    init() throws {
      room = try RoomUnderTest()
      (ann, carol) = (room.add("ann"), room.add("carol"))
      let bob = room.join("bob")
      ann.publishing.descriptions.layers = ["low", "mid", "high"]
      ann.publishing.microphoneLevel = 20
      room.offer(ann)
      for interval in [30, 15, 6] { ann.publishing.startLayer(every: .milliseconds(interval), at: SystemClock.now) }
      ann.publishing.startMicrophone(every: .milliseconds(20), at: SystemClock.now)
      bob.publishing.startCamera(every: .milliseconds(15), at: SystemClock.now)
      var wish = LayerWish()
      room.subscribe(carol, to: SaturationTests.camera, wishing: wish)
      wish.priority = .background
      room.subscribe(carol, to: SaturationTests.background, wishing: wish)
    }

    /// Goes on by so many degrees.
    mutating func strain(by count: Int) {
      for _ in 0..<count {
        for _ in 0..<2 { room.follow(strain.tooMuch()) }
      }
    }

    /// Has time to spare for so long.
    mutating func rest(for time: Duration) {
      let end = strain.now + time
      while strain.now < end { room.follow(strain.little()) }
    }

    func seen(_ track: MediaServer.Track) throws -> MediaServer.Subscribed? {
      try room.report(of: carol).subscribed.first { $0.track == track }
    }

    /// What comes of a track meanwhile.
    func count(of track: MediaServer.Track, for time: Duration) throws -> Int {
      let before = carol.received(track).count
      try room.run(for: time)
      return carol.received(track).count - before
    }
  }

  @Test func picturesGoInOrderSoundStaysAndAllComesBack() throws {
    var scene = try Scene()
    let (camera, background) = (Self.camera, Self.background)
    let (room, carol) = (scene.room, scene.carol)
    let isWhole = { carol.received(camera).last?.layer == 2 && !carol.received(background).isEmpty }
    try #require(try room.run(for: .seconds(10), until: isWhole))

    scene.strain(by: 1)
    let full = (try scene.seen(camera), try scene.count(of: background, for: .milliseconds(200)))
    scene.strain(by: 1)
    try room.run(for: .milliseconds(50))
    let coarse = try scene.seen(background)
    scene.strain(by: 7)
    let isSmall = try room.run(for: .seconds(5)) { carol.received(camera).last?.layer == 0 }
    let small = try scene.seen(camera)
    scene.strain(by: 8)
    try room.run(for: .milliseconds(100))
    let (pictures, sounds) = (
      try scene.count(of: camera, for: .milliseconds(400)),
      try scene.count(of: MediaServer.Track("ann", .microphone), for: .milliseconds(400))
    )

    #expect(full.0?.spatialLayer == 2 && full.1 > 5, "who is there is served on")
    #expect(coarse?.state == .paused && coarse?.limit == .server)
    #expect(isSmall && small?.limit == .server)
    #expect(pictures == 0 && sounds >= 10)
    #expect(LoadShedding.Step.allCases.dropFirst().allSatisfy { room.statistics.shedding[$0] == 1 })

    scene.rest(for: .seconds(60))
    let count = carol.received(background).count
    let isBack = try room.run(for: .seconds(15)) {
      carol.received(camera).last?.layer == 2 && carol.received(background).count > count + 5
    }
    #expect(isBack)
    #expect(try scene.seen(camera)?.limit == nil)
    #expect(carol.received(camera).map { Int($0.sequence) }.haveNoGap, "one numbering over all of it")
  }

  @Test func repairsOfPicturesAreLeftOutAndCounted() throws {
    var scene = try Scene()
    let carol = scene.carol
    try #require(try scene.room.run(for: .seconds(10)) { carol.received(Self.camera).count > 20 })
    scene.strain(by: 9)
    let before = scene.room.statistics

    carol.loses = { $0 % 5 == 0 }
    let isLeftOut = try scene.room.run(for: .seconds(5)) {
      (scene.room.statistics.dropped[.overloaded] ?? 0) >= 3
    }

    #expect(isLeftOut)
    #expect(scene.room.statistics.repairsOut - before.repairsOut <= 2, "but those that were under way")
  }

  /// What a socket does not take any more is then what can be spared.
  @Test(arguments: [false, true]) func soundLeavesBeforeAnyPictureWhereThereIsTooMuchToDo(isFull: Bool) throws {
    let room = try RoomUnderTest()
    let (ann, microphone) = (room.join("ann"), MediaServer.Track("ann", .microphone))
    ann.publishing.startCamera(every: .milliseconds(20), at: SystemClock.now)
    ann.publishing.startMicrophone(every: .milliseconds(20), at: SystemClock.now)
    let selection = MediaServer.Selection(audio: microphone, video: Self.camera)
    let viewers = (0..<3).map { room.watch("viewer \($0)", selection) }
    try #require(
      try room.run(for: .seconds(10)) {
        viewers.allSatisfy { !$0.received(microphone).isEmpty && !$0.received(Self.camera).isEmpty }
      })
    ann.publishing.camera?.stop()
    ann.publishing.microphone?.stop()
    try room.run(for: .milliseconds(300))
    var strain = Strain()
    if isFull { room.follow(strain.tooMuch()) }

    let (pictures, sounds) = (try #require(ann.publishing.camera), try #require(ann.publishing.microphone))
    for number in pictures.count..<pictures.count + 3 {
      ann.publishing.send(pictures.packet(number), isRepair: false, at: SystemClock.now)
    }
    let sound = sounds.packet(sounds.count)
    ann.publishing.send(sound, isRepair: false, on: Browser.microphoneStream, at: SystemClock.now)
    let before = room.arrivedTypes.count
    try room.run(for: .seconds(2)) { room.arrivedTypes.count >= before + 12 }

    let isSound = room.arrivedTypes[before...].map { $0 == BrowserDescriptions.audioType }
    #expect(isSound.count == 12 && isSound.count { $0 } == 3, "\(isSound)")
    #expect((isSound.prefix(3).allSatisfy { $0 }) == isFull, "\(isSound)")
  }
}
