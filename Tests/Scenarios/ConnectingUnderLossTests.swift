import RTP
import ScriptedPeer
import Testing
import WebRTC

/// A network that loses three packets in ten delays a connection and does not prevent it.
@Suite struct ConnectingUnderLossTests {
  private static let conditions = VirtualNetwork.Conditions(
    loss: 0.3, duplication: 0.05, delay: .milliseconds(20) ... .milliseconds(40))

  @Test func everyPublisherConnectsAndHalfOfThemWithinThreeSeconds() throws {
    var times: [Duration] = []

    for seed in UInt64(1)...40 {
      let scenario = Scenario(Self.conditions, seed: seed)
      let (browser, peer) = try scenario.addPublisher()
      let start = scenario.now
      scenario.run(until: start + .seconds(30)) { browser.isConnected && peer.state == .connected }
      try #require(peer.state == .connected, "seed \(seed)")
      times.append((browser.connectedAt ?? scenario.now) - start)
    }

    let median = times.sorted()[times.count / 2]
    #expect((Duration.milliseconds(120) ... .seconds(3)).contains(median))
  }
}
