import RTP
import SFU
import STUN
import ScriptedPeer
import Testing

/// What a participant of an echo publishes comes back to it, through real sockets.
@Suite struct EchoTests {
  struct Way: Sendable, CustomTestStringConvertible {
    let carrier: TransportProtocol
    let ip: IPAddress

    var testDescription: String { "\(carrier) over \(ip.family)" }
  }

  private static let ways = [TransportProtocol.udp, .tcp].flatMap { carrier in
    [ServerUnderTest.loopback4, ServerUnderTest.loopback6].map { Way(carrier: carrier, ip: $0) }
  }

  @Test(arguments: ways)
  func audioAndVideoComeBackWhole(way: Way) async throws {
    try await ServerUnderTest.with { server in
      let client = try EchoClient("ann", in: "echo-1", on: server, by: way.carrier, from: way.ip)

      try await client.join()
      let isDone = try await client.pump { client.received(.video).count >= 50 && client.received(.audio).count >= 25 }

      #expect(isDone)
      #expect(client.slots.map(\.kind) == [.audio, .video])
      for kind in [MediaServer.Slot.Kind.audio, .video] {
        let indices = client.received(kind).compactMap(\.index)
        #expect(indices == Array(indices[0]..<(indices[0] + indices.count)), "nothing is lost or changed")
        let sequences = client.received(kind).map(\.sequence)
        #expect(sequences == Array(sequences[0]..<(sequences[0] + Int64(sequences.count))))
      }
    }
  }
}
