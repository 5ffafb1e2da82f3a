import SFU
import ScriptedPeer

/// A worker that serves a routed room over loopback, turned by hand so that its time and memory are told from the clients'.
struct RoutedBenchmark {
  func run() throws {
    try measureOneToMany()
    try measureAllToAll()
  }

  private func measureOneToMany() throws {
    var load = try RoutedLoad()
    try load.join(1, publishing: true)
    let before = load.worker.byteCount
    try load.join(50, publishing: false)
    show("subscriber to one camera and microphone, heap", Double(load.worker.byteCount - before) / 50 / 1024, "KiB")
    for (payloadByteCount, burstCount) in [(1100, 8), (1100, 1), (100, 1)] {
      let cost = try load.publish(2000 / burstCount, payloadByteCount: payloadByteCount, burstCount: burstCount)
      show("forwarded 1 to 50, \(payloadByteCount) B in bursts of \(burstCount)", cost, "ns")
    }
    show("subscriber that was sent video, heap", Double(load.worker.byteCount - before) / 50 / 1024, "KiB")
  }

  private func measureAllToAll() throws {
    var load = try RoutedLoad()
    try load.join(10, publishing: true)
    show("participant of ten, all to all, heap", Double(load.worker.byteCount) / 10 / 1024, "KiB")
    for (payloadByteCount, burstCount) in [(1100, 8), (1100, 1)] {
      let cost = try load.publish(1000 / burstCount, payloadByteCount: payloadByteCount, burstCount: burstCount)
      show("forwarded 10 to 10, \(payloadByteCount) B in bursts of \(burstCount)", cost, "ns")
    }
  }

  private func show(_ name: String, _ value: Double, _ unit: String) {
    print("\(name)\(String(repeating: " ", count: max(1, 56 - name.count)))\((value * 10).rounded() / 10) \(unit)")
  }
}
