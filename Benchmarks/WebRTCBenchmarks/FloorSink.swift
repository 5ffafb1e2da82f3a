import CSockets
import RTP
import SFU
import STUN
import Synchronization

/// The sockets that a floor is measured against, read by a thread on a core of its own.
final class FloorSink: Sendable {
  // Unchecked, because after `init` only the reading thread uses it.
  private final class Seat: @unchecked Sendable {
    let socket: DatagramSocket

    init() throws {
      socket = try DatagramSocket(binding: TransportAddress(FloorBenchmark.loopback, port: 0), isShared: false)
    }
  }

  let addresses: [TransportAddress]
  private let seats: [Seat]
  private let isOver = Atomic<Bool>(false)

  init(count: Int, core: Int32) throws {
    seats = try (0..<count).map { _ in try Seat() }
    addresses = seats.map { $0.socket.address }
    let hasBegun = WorkerThread.start(named: "floor-sink") {
      csockets_pin_thread(core)
      self.read()
    }
    precondition(hasBegun, "the system has a thread for a benchmark")
  }

  func stop() { isOver.store(true, ordering: .relaxed) }

  private func read() {
    guard let poller = try? Poller() else { preconditionFailure("the system has descriptors for a benchmark") }
    for (index, seat) in seats.enumerated() { try? poller.watch(seat.socket.descriptor, token: UInt64(index)) }
    var receiver = DatagramReceiver()
    var slab = PacketSlab(slotCount: 64)
    var readable: [Int] = []
    while !isOver.load(ordering: .relaxed) {
      let now = SystemClock.now
      poller.wait(until: now + .milliseconds(100), now: now) { readable.append(Int($0.token)) }
      for index in readable { drain(seats[index], &receiver, &slab, now) }
      readable.removeAll(keepingCapacity: true)
    }
  }

  private func drain(_ seat: Seat, _ receiver: inout DatagramReceiver, _ slab: inout PacketSlab, _ now: Instant) {
    var count = DatagramReceiver.batchCount
    while count == DatagramReceiver.batchCount {
      count = receiver.receive(from: seat.socket, into: &slab, realtimeOffset: 0, now: now) { datagram, slab in
        slab.release(datagram.slot)
      }
    }
  }
}
