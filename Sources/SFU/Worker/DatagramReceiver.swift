internal import CSockets
internal import Glibc
package import RTP
package import STUN

/// Takes datagrams from a socket in batches (`recvmmsg`), straight into slots of a slab.
package struct DatagramReceiver: ~Copyable {
  /// A received datagram: where its bytes lie and how it came.
  package struct Datagram {
    package let slot: PacketSlab.Slot
    package let byteCount: Int
    package let remote: TransportAddress
    /// The address it came to, with the port of the socket; the wildcard when the kernel did not say.
    package let local: TransportAddress
    /// When it reached this machine, on the clock of `SystemClock.now`.
    package let arrival: Instant
  }

  /// Datagrams of one system call: enough to drain a burst, little enough to stay in the cache.
  package static let batchCount = 32

  private let messages: UnsafeMutablePointer<csockets_message>
  private let vectors: UnsafeMutablePointer<iovec>
  private let addresses: UnsafeMutableRawPointer
  private let controls: UnsafeMutableRawPointer
  private let controlByteCount = csockets_receive_control_size()
  private var slots: [PacketSlab.Slot] = []

  package init() {
    messages = .allocate(capacity: Self.batchCount)
    vectors = .allocate(capacity: Self.batchCount)
    addresses = .allocate(byteCount: Self.batchCount * KernelAddress.byteCount, alignment: 8)
    controls = .allocate(byteCount: Self.batchCount * controlByteCount, alignment: 8)
    messages.initialize(repeating: csockets_message(), count: Self.batchCount)
    vectors.initialize(repeating: iovec(), count: Self.batchCount)
    for index in 0..<Self.batchCount {
      messages[index].header.msg_iov = vectors + index
      messages[index].header.msg_iovlen = 1
      messages[index].header.msg_name = addresses + index * KernelAddress.byteCount
      messages[index].header.msg_control = controls + index * controlByteCount
    }
    slots.reserveCapacity(Self.batchCount)
  }

  deinit {
    messages.deallocate()
    vectors.deallocate()
    addresses.deallocate()
    controls.deallocate()
  }

  /// Receives one batch and hands over each datagram with its slot, which the handler must release or keep.
  ///
  /// Returns how many there were; fewer than `batchCount` means that the socket is drained. Datagrams longer than a slot are
  /// dropped: nobody sends such to a peer. Slots that stayed empty go back to the slab.
  package mutating func receive(
    from socket: borrowing DatagramSocket, into slab: inout PacketSlab, realtimeOffset: Int64, now: Instant,
    _ handle: (Datagram, inout PacketSlab) -> Void
  ) -> Int {
    let room = prepare(&slab)
    guard room > 0 else { return 0 }
    let count = max(0, Int(csockets_receive(socket.descriptor, messages, UInt32(room))))
    for index in 0..<room {
      let slot = slots[index]
      guard index < count, let datagram = datagram(index, slot, socket.address, realtimeOffset, now) else {
        slab.release(slot)
        continue
      }
      handle(datagram, &slab)
    }
    return count
  }

  /// Points the batch at free slots; returns how many there are.
  private mutating func prepare(_ slab: inout PacketSlab) -> Int {
    slots.removeAll(keepingCapacity: true)
    while slots.count < Self.batchCount, let slot = slab.take() {
      let index = slots.count
      let bytes = slab.bytes(of: slot)
      vectors[index].iov_base = bytes.baseAddress
      vectors[index].iov_len = bytes.count
      messages[index].header.msg_namelen = socklen_t(KernelAddress.byteCount)
      messages[index].header.msg_controllen = controlByteCount
      slots.append(slot)
    }
    return slots.count
  }

  private func datagram(
    _ index: Int, _ slot: PacketSlab.Slot, _ bound: TransportAddress, _ realtimeOffset: Int64, _ now: Instant
  ) -> Datagram? {
    let message = messages[index]
    guard message.header.msg_flags & Int32(MSG_TRUNC) == 0,
      let remote = KernelAddress.read(addresses + index * KernelAddress.byteCount)
    else { return nil }
    var info = csockets_receive_info()
    withUnsafePointer(to: message.header) { csockets_read_control($0, &info) }
    return Datagram(
      slot: slot, byteCount: Int(message.length), remote: remote,
      local: TransportAddress(Self.localIP(info) ?? bound.ip, port: bound.port),
      arrival: info.arrival == 0 ? now : Instant(nanoseconds: info.arrival + realtimeOffset))
  }

  private static func localIP(_ info: csockets_receive_info) -> IPAddress? {
    switch info.family {
    case AF_INET: KernelAddress.ip(info.local4)
    case AF_INET6: KernelAddress.ip(info.local6)
    default: nil
    }
  }
}
