import RTP
import SFU
import STUN
import ScriptedPeer
import Signaling
import TestSupport
import Testing
import parley

/// Signalling and SFU together: pages that have nothing of either but sockets.
@Suite struct RoutedRoomTests {
  @Test(.timeLimit(.minutes(2))) func threeMeetThroughTheServerAndTwoReturnToTheMesh() async throws {
    try await Self.meeting { service, port in
      let ada = try Page("Ada", on: service, mediaPort: port, seed: 1)
      let bob = try Page("Bob", on: service, mediaPort: port, seed: 2)
      let carol = try Page("Carol", on: service, mediaPort: port, seed: 3)
      let all = [ada, bob, carol]
      try await ada.join("tea")
      try await bob.join("tea")
      #expect(ada.topology == "mesh" && bob.topology == "mesh")

      try await carol.join("tea")
      #expect(carol.topology == "routed" && carol.former == "mesh")
      for page in all {
        await page.publish()
        await page.subscribe(toCamerasOf: all.filter { $0 !== page })
      }
      let haveMet = try await Self.live(all) { all.allSatisfy { page in page.meets(all.filter { $0 !== page }) } }
      #expect(haveMet, "\(all.map { $0.slots })")
      #expect(ada.topology == "routed" && ada.former == "mesh")
      for page in [ada, bob] { await page.request(#""type":"moved","to":"routed""#) }
      try await Self.live(all) { all.allSatisfy { $0.former == nil } }
      #expect(all.allSatisfy { $0.former == nil && $0.refusals.isEmpty }, "\(all.map(\.refusals))")

      #expect(try await Self.isActive(ada, among: all), "\(ada.report.map { "\($0)" } ?? "no report")")

      await bob.request(#""type":"setDevices","audio":false"#)
      try await Self.live(all, for: .milliseconds(300))
      let before = ada.received("microphone", of: bob)
      try await Self.live(all, for: .milliseconds(500))
      #expect(ada.received("microphone", of: bob) == before, "who is muted is not heard, whatever it sends")

      await carol.request(#""type":"leave""#)
      try await Self.live([ada, bob]) { ada.topology == "mesh" && bob.topology == "mesh" }
      #expect(ada.former == "routed")
      let camera = ada.received("camera", of: bob)
      try await Self.live([ada, bob]) { ada.received("camera", of: bob) > camera + 20 }
      for page in [ada, bob] { await page.request(#""type":"moved","to":"mesh""#) }
      let hasEnded = try await Self.live([ada, bob]) { ada.former == nil && ada.watching?.isLeft ?? false }
      #expect(hasEnded, "the server takes leave of both connections")
    }
  }

  /// Whether all four tracks of others come to be active for a page; the server rates what it sends once in a while.
  private static func isActive(_ page: Page, among all: [Page]) async throws -> Bool {
    for _ in 0..<20 {
      page.report = nil
      await page.request(#""type":"getMedia""#)
      try await live(all) { page.report != nil }
      let subscribed = page.report?["subscribed"]?.elements ?? []
      if subscribed.count == 4 && subscribed.allSatisfy({ $0["state"]?.text == "active" }) { return true }
      try await live(all, for: .milliseconds(250))
    }
    return false
  }

  /// A whole server for as long as `body` takes: signalling, which returns to a mesh after a second, and the SFU.
  private static func meeting(_ body: (SignalingService, UInt16) async throws -> Void) async throws {
    var configuration = SFUConfiguration(announcedAddresses: [LoopbackSocket.ip])
    configuration.listenAddresses = configuration.announcedAddresses
    configuration.port = 0
    let server = try MediaServer(configuration)
    var signaling = SignalingConfiguration()
    signaling.times.returnToMesh = .seconds(1)
    let service = SignalingService(
      configuration: signaling, keys: ServerKeys(master: Array(0..<32)), mediaPlane: SFUMediaPlane(server: server))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await server.run() }
      group.addTask { try await service.run() }
      defer { group.cancelAll() }
      try await body(service, server.port)
    }
  }

  /// Lives until `isDone`; false if it was not done for so long that it never will be, on the busiest machine.
  @discardableResult
  private static func live(
    _ pages: [Page], for limit: Duration = .seconds(40), until isDone: () -> Bool = { false }
  ) async throws -> Bool {
    let end = SystemClock.now + limit
    while SystemClock.now < end {
      for page in pages { try await page.step() }
      if isDone() { return true }
      try await Task.sleep(for: .milliseconds(1))
    }
    return false
  }
}
