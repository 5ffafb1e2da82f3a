import RTP
import ScriptedPeer
import Testing
import WebRTC

/// Somebody who records the call and sends it again changes nothing.
@Suite struct ReplayTests {
  @Test func everyRecordedDatagramOfMediaIsRefusedTheSecondTime() throws {
    let scenario = Scenario()
    let (browser, peer) = try scenario.addPublisher()
    browser.startCamera(every: .milliseconds(10), at: scenario.now)
    scenario.run(for: .seconds(3))
    browser.camera?.stop()
    scenario.run(for: .seconds(1))
    let (received, events) = (peer.received.count, peer.events.count)
    let recorded = scenario.wiretap.filter { DatagramKind(of: $0.bytes.span.bytes) == .rtp }
    let reports = scenario.wiretap.filter { DatagramKind(of: $0.bytes.span.bytes) == .rtcp }

    for (path, bytes) in recorded + reports { scenario.server.receive(bytes, on: path, at: scenario.now) }

    #expect(received >= 250 && recorded.count >= received && reports.count >= 2)
    #expect(peer.received.count == received && peer.events.count == events)
    #expect(peer.drops == Array(repeating: .replayed, count: recorded.count))
    #expect(scenario.server.reasons == Array(repeating: .media(.replayed), count: reports.count))
  }
}
