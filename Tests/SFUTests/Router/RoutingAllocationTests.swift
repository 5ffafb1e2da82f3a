import CAllocationCounter
import RTP
import SFU
import TestSupport
import Testing
import WebRTC

/// Switching, leaving out and rewriting are on the packet's way, and that touches no heap.
@Suite(.enabled(if: canCountAllocations, "counted only in optimized builds without a sanitizer"))
struct RoutingAllocationTests {
  @Test(arguments: SwitchingTests.codecs.indices)
  func routingAllocatesNothing(codec index: Int) throws {
    let codec = SwitchingTests.codecs[index]
    var publisher = SimulatedPublisher(codec, network: .perfect, seed: 1)
    for encoder in publisher.encoders.indices { publisher.encoders[encoder].pattern = SimulatedEncoder.patternOfThree }
    var subscriptions: [Subscription.Handle] = []
    for _ in 0..<3 { subscriptions.append(publisher.bench.subscribe()) }
    publisher.run(for: .seconds(3))
    _ = publisher.bench.takeOutputs()

    var (allocations, packets, switches) = (0, 0, 0)
    for round in 0..<60 {
      for (place, subscription) in subscriptions.enumerated() {
        publisher.setWish(.layer(UInt8((round + place) % 3), UInt8((round * 2 + place) % 3)), of: subscription)
      }
      publisher.run(for: .milliseconds(200))
      allocations += publisher.bench.routingAllocations
      packets += publisher.bench.outputs.count
      switches += publisher.bench.beganCount
      _ = publisher.bench.takeOutputs()
    }

    #expect(packets > 1000 && switches > 60, "\(packets) packets, \(switches) switches")
    #expect(allocations == 0)
  }

  @Test func writingWhatIsChangedAllocatesNothing() throws {
    let payload: [UInt8] = [0x90, 0xf0, 0x11, 0x22, 0x03] + [UInt8](repeating: 0, count: 1100)
    let descriptor: [UInt8] = [
      0xc0, 0, 1, 0x80, 0x02, 0x14, 0xea, 0xa8, 0x60, 0x41, 0x4d, 0x14, 0x10, 0x20, 0x84, 0x27, 1, 0x3f, 0, 0xb3,
    ]
    var rewriting = PacketRewriting()
    (rewriting.payload, rewriting.hasDescriptor) = (.vp8, true)
    rewriting.setActiveDecodeTargets(1, of: 3)
    let slot = UnsafeMutableRawBufferPointer.allocate(byteCount: 1500, alignment: 8)
    defer { slot.deallocate() }

    var byteCount = 0
    let before = allocation_count()
    for _ in 0..<100 {
      var output = OutputRawSpan(buffer: slot, initializedCount: 0)
      let kept = try rewriting.writeHead(of: payload.span.bytes, into: &output)
      try rewriting.writeDescriptor(of: descriptor.span.bytes, into: &output)
      byteCount += kept + output.finalize(for: slot)
    }

    #expect(allocation_count() == before)
    #expect(byteCount == 100 * (5 + 6 + 21))
  }
}
