import CAllocationCounter
import RTP
import SFU
import ScriptedPeer
import WebRTC

/// A worker that echoes real packets over loopback, turned by hand so that its time and memory are told from the clients'.
struct EchoBenchmark {
  private static let participantCount = 100
  private static let packetCount = 30_000

  func run() throws {
    var load = try EchoLoad(participantCount: Self.participantCount)
    try load.connect()
    let peerCount = Double(Self.participantCount * 2)
    show("connected peer, heap", Double(load.worker.byteCount) / peerCount / 1024, "KiB")
    show("connected peer, its place in the table", Double(MemoryLayout<PeerConnection>.stride) / 1024, "KiB")
    show("connecting: descriptions, ICE, DTLS", load.worker.microseconds / peerCount, "us")

    for (payloadByteCount, burstCount) in [(1100, 8), (1100, 1), (100, 1)] {
      let cost = load.echo(Self.packetCount, payloadByteCount: payloadByteCount, burstCount: burstCount)
      show("echoed packet, \(payloadByteCount) B in bursts of \(burstCount)", cost, "ns")
    }
  }

  private func show(_ name: String, _ value: Double, _ unit: String) {
    print("\(name)\(String(repeating: " ", count: max(1, 56 - name.count)))\((value * 10).rounded() / 10) \(unit)")
  }
}
