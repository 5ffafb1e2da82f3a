import RTP
import SFU
import ScriptedPeer
import Testing
import WebRTC

/// Encoders and players whose descriptions lack what browsers write meet all the same.
@Suite(.serialized) struct StackHabitTests {
  struct Habit: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let change: @Sendable (inout SessionDescription) -> Void

    init(_ name: String, _ change: @escaping @Sendable (inout MediaDescription) -> Void) {
      testDescription = name
      self.change = { offer in
        for media in offer.media.indices { change(&offer.media[media]) }
      }
    }
  }

  private static let habits = [
    Habit("waits for the server to begin DTLS") { $0.transport.setup = .passive },
    Habit("begins DTLS") { $0.transport.setup = .active },
    Habit("says nothing of DTLS roles") { $0.transport.setup = nil },
    Habit("has no header extensions") { $0.extensions = [] },
    Habit("knows NACK and no PLI") { media in
      for codec in media.codecs.indices where media.kind == .video { media.codecs[codec].feedback = [.nack] }
    },
    Habit("knows no feedback") { media in
      for codec in media.codecs.indices { media.codecs[codec].feedback = [] }
      media.reducesRTCPSize = false
    },
    Habit("has no retransmissions") { media in
      media.codecs.removeAll { $0.hasName("rtx") }
      media.formats = media.codecs.map { String($0.payloadType) }
    },
    Habit("sends and receives") { $0.direction = .sendrecv },
    Habit("says that RTCP comes by the same port only") { $0.multiplexesRTCPOnly = true },
    Habit("announces a port and candidates of its own") { media in
      media.port = 50_000
      media.connection = "IN IP4 192.0.2.1"
      media.candidates = [
        ICECandidate(
          foundation: "1", transport: .udp, priority: 1, address: .name("b5a1.local"), port: 50_000, type: .host)
      ]
      media.hasAllCandidates = true
    },
    Habit("shows the stream by SSRC") { media in
      media.extensions = []
      media.streams = [MediaStreamIdentifier(stream: "FFmpeg", track: nil)]
      let ssrc = media.kind == .video ? Browser.video : Browser.audio
      media.sources = [DeclaredSource(ssrc: ssrc.rawValue, attributes: [SDPAttribute("cname", "FFmpeg")])]
    },
  ]

  private static let selection = MediaServer.Selection(
    audio: .init("ann", .microphone), video: .init("ann", .camera))

  @Test(arguments: habits)
  func anEncoderWithSuchHabitsIsSeen(habit: Habit) throws {
    let room = try RoomUnderTest()
    let ann = room.add("ann")
    ann.publishing.descriptions.habit = habit.change
    room.offer(ann)
    let viewer = room.watch("viewer", Self.selection)

    try expectMedia(from: ann, to: viewer, in: room)
  }

  @Test(arguments: habits)
  func aPlayerWithSuchHabitsSees(habit: Habit) throws {
    let room = try RoomUnderTest()
    let ann = room.join("ann")
    let viewer = room.watch("viewer", Self.selection) { $0.habit = habit.change }

    try expectMedia(from: ann, to: viewer, in: room)
  }

  private func expectMedia(
    from publisher: RoomUnderTest.Member, to viewer: RoomUnderTest.Member, in room: RoomUnderTest
  ) throws {
    try room.run { viewer.connectionCount == 1 && publisher.connectionCount == 1 }
    publisher.publishing.startCamera(every: .milliseconds(10), at: SystemClock.now)
    publisher.publishing.startMicrophone(every: .milliseconds(20), at: SystemClock.now)
    let comes = try room.run {
      viewer.received("ann", .camera).count >= 20 && viewer.received("ann", .microphone).count >= 10
    }

    #expect(comes, "\(viewer.news) \(publisher.news)")
    #expect(viewer.received("ann", .camera).compactMap(\.index).haveNoGap)
    #expect(viewer.received("ann", .microphone).compactMap(\.index).haveNoGap)
  }

  @Test func aPlayerOfOnePictureNeedsNeitherMidNorBundle() throws {
    let room = try RoomUnderTest()
    let ann = room.join("ann")
    ann.publishing.startCamera(every: .milliseconds(10), at: SystemClock.now)

    let viewer = room.watch("viewer", .init(audio: .init("ann", .microphone), video: .init("ann", .camera))) {
      $0.habit = { offer in
        offer.media.removeFirst()
        offer.media[0].mid = nil
        offer.groups = []
      }
    }
    let comes = try room.run { viewer.received("ann", .camera).count >= 20 }

    #expect(comes)
    #expect(viewer.slots == [.init(mid: "0", kind: .video, track: .init("ann", .camera))])
  }

  @Test func whoSendsKeyframesByTheClockIsSeenFromTheNextOn() throws {
    let room = try RoomUnderTest()
    let ann = room.join("ann")
    ann.publishing.givesKeyframes = false
    ann.publishing.startCamera(every: .milliseconds(10), at: SystemClock.now)
    try room.run { ann.publishing.camera?.count ?? 0 > 100 }
    let viewer = room.watch("viewer", Self.selection)
    try room.run { viewer.connectionCount == 1 }
    try room.run(for: .milliseconds(200))
    let before = viewer.received("ann", .camera).count

    ann.publishing.camera?.makeKeyframe()
    let comes = try room.run { viewer.received("ann", .camera).count >= 20 }

    #expect(before == 0 && comes && viewer.received("ann", .camera).first?.startsKeyframe == true)
  }
}
