import SFU
import STUN
import Signaling
import Testing
import parley

/// The same words on either side of the seam, and a real media server behind it.
@Suite struct SFUMediaPlaneTests {
  private static let ada = ParticipantID(rawValue: "p_ada")

  @Test(arguments: [
    (MediaCommand.open(.routed), MediaServer.Command.open(.routed)), (.open(.broadcast), .open(.broadcast)),
    (.open(.echo), .open(.echo)), (.add(ada, publishing: [.audio]), .add("p_ada", publishing: [.audio])),
    (.allow(ada, publishing: [.video]), .allow("p_ada", publishing: [.video])),
    (.allow(ada, publishing: [.screen]), .allow("p_ada", publishing: [.audio, .video])),
    (.allow(ada, publishing: []), .allow("p_ada", publishing: [])),
    (.offer(ada, "o"), .offer("p_ada", description: "o")), (.answer(ada, "a"), .answer("p_ada", description: "a")),
    (.restart(ada), .restart("p_ada")), (.remove(ada), .remove("p_ada")), (.close, .close),
  ])
  func saysEveryCommandInTheServersWords(command: MediaCommand, expected: MediaServer.Command) {
    #expect(MediaServer.Command(command) == expected)
  }

  @Test func tellsEveryEventInTheWordsOfSignalling() {
    #expect(MediaEvent(.failed) == .failed)
    #expect(MediaEvent(.lost("p_ada")) == .lost(Self.ada))
    #expect(MediaEvent(.answer("p_ada", description: "a")) == .answer(Self.ada, "a"))
    #expect(MediaEvent(.accepted("p_ada")) == .accepted(Self.ada))
    #expect(MediaEvent(.offer("p_ada", description: "o", slots: [])) == .offer(Self.ada, "o", slots: []))
  }

  @Test(.timeLimit(.minutes(1))) func aRealServerRefusesNonsenseWithAReason() async throws {
    var configuration = SFUConfiguration(announcedAddresses: [IPAddress(ipv4: 0x7F00_0001)])
    configuration.listenAddresses = configuration.announcedAddresses
    configuration.port = 0
    let server = try MediaServer(configuration)
    let running = Task { await server.run() }
    defer { running.cancel() }
    let plane = SFUMediaPlane(server: server)
    let room = RoomID(rawValue: "r_1")

    await plane.perform(.open(.echo), in: room)
    await plane.perform(.add(Self.ada, publishing: [.audio, .video]), in: room)
    await plane.perform(.offer(Self.ada, "nonsense"), in: room)

    var events = plane.events.makeAsyncIterator()
    let (place, event) = try #require(await events.next())
    #expect(place == room)
    guard case .refused(Self.ada, let refusal) = event else { return #expect(Bool(false), "\(event)") }
    #expect(refusal.description == .offer && refusal.reason.hasSuffix("."))
    await plane.perform(.close, in: room)
  }
}
