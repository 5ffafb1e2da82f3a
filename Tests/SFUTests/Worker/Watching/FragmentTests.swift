import RTP
import SFU
import ScriptedPeer
import Testing
import WebRTC

/// Fragments bring candidates, or restart ICE, of the connection that was offered last (RFC 9725 §4.3).
@Suite(.serialized) struct FragmentTests {
  private let camera = MediaServer.Track("ann", .camera)

  /// Ann publishes, a viewer watches her.
  private func pair() throws -> (RoomUnderTest, ann: RoomUnderTest.Member, viewer: RoomUnderTest.Member) {
    let room = try RoomUnderTest()
    let ann = room.join("ann")
    ann.publishing.startCamera(every: .milliseconds(10), at: SystemClock.now)
    let viewer = room.watch("viewer", .init(video: camera))
    try #require(try room.run { viewer.received(camera).count >= 10 && ann.watching.isConnected })
    return (room, ann, viewer)
  }

  private func fragment(of browser: Browser) -> String {
    ICEFragment(credentials: browser.agent.own, candidates: [], mid: "0").text
  }

  @Test func candidatesAreTakenAndChangeNothing() throws {
    let (room, ann, viewer) = try pair()

    for (member, browser) in [(ann, ann.publishing), (viewer, viewer.watching)] {
      let text = fragment(of: browser).replacing(
        "a=end-of-candidates", with: "a=candidate:1 1 udp 2130706431 0b7e3c.local 54321 typ host")
      room.perform(.fragment(member.name, text, mayRestart: false))
      room.perform(.fragment(member.name, text, mayRestart: true))
    }
    let count = viewer.received(camera).count
    let goesOn = try room.run { viewer.received(camera).count >= count + 20 }

    #expect(goesOn && ann.fragments == [nil, nil] && viewer.fragments == [nil, nil])
  }

  @Test(arguments: [true, false])
  func aRestartKeepsTheKeysAndTheMedia(ofPublisher: Bool) throws {
    let (room, ann, viewer) = try pair()
    let (member, browser) = ofPublisher ? (ann, ann.publishing) : (viewer, viewer.watching)
    let (handshakeCount, old) = (room.statistics.completedHandshakes, browser.agent.remote)

    browser.renewCredentials()
    room.perform(.fragment(member.name, fragment(of: browser), mayRestart: true))
    try room.run { !member.fragments.isEmpty }
    let reply = try ICEFragment(parsing: try #require(member.fragments.first ?? nil))
    browser.agent.setRemote(reply.credentials, at: SystemClock.now)
    let isChecked = try room.run { browser.agent.isAnswered }
    let count = viewer.received(camera).count
    let goesOn = try room.run { viewer.received(camera).count >= count + 20 }

    #expect(isChecked && goesOn && reply.credentials != old)
    #expect(reply.isICELite && !reply.candidates.isEmpty && reply.options == ["trickle"], "as in the answer")
    #expect(room.statistics.completedHandshakes == handshakeCount && member.connectionCount == 1)
    #expect(viewer.received(camera).map { Int($0.sequence) }.haveNoGap)
  }

  @Test func otherCredentialsAreNoCandidates() throws {
    let (room, _, viewer) = try pair()
    let old = viewer.watching.agent.remote

    viewer.watching.renewCredentials()
    room.perform(.fragment("viewer", fragment(of: viewer.watching), mayRestart: false))
    let count = viewer.received(camera).count
    let goesOn = try room.run { viewer.received(camera).count >= count + 20 }

    #expect(goesOn && viewer.refusals.map(\.cause) == [.unusable] && viewer.refusals.map(\.description) == [.fragment])
    #expect(viewer.watching.agent.remote == old && viewer.fragments.isEmpty)
  }

  @Test(arguments: ["", "hello", "a=ice-ufrag:x", "a=candidate:1 1 udp 1 192.0.2.1 1 typ host", "m=audio"])
  func whatIsNoFragmentIsMalformed(text: String) throws {
    let (room, _, viewer) = try pair()

    room.perform(.fragment("viewer", text, mayRestart: true))
    try room.run { !viewer.refusals.isEmpty }

    #expect(viewer.refusals.map(\.cause) == [.malformed] && viewer.refusals.map(\.description) == [.fragment])
  }

  @Test func whoHasOfferedNothingHasNothingToRestart() throws {
    let room = try RoomUnderTest()
    let bob = room.add("bob")

    room.perform(.fragment("bob", fragment(of: bob.publishing), mayRestart: true))
    try room.run { !bob.refusals.isEmpty }

    #expect(bob.refusals.map(\.description) == [.fragment] && bob.refusals.map(\.cause) == [.unusable])
  }

  @Test func fragmentsAreAnsweredInOrder() throws {
    let (room, _, viewer) = try pair()
    let trickled = fragment(of: viewer.watching)
    viewer.watching.renewCredentials()

    room.perform(.fragment("viewer", trickled, mayRestart: false))
    room.perform(.fragment("viewer", fragment(of: viewer.watching), mayRestart: true))
    room.perform(.fragment("viewer", fragment(of: viewer.watching), mayRestart: false))
    try room.run { viewer.fragments.count == 3 }

    #expect(viewer.fragments.map { $0 != nil } == [false, true, false])
  }
}
