internal import CSockets
internal import Glibc
package import STUN

/// Sends datagrams in batches (`sendmmsg`); a run of equal length to one peer leaves as one segmented send (`UDP_SEGMENT`).
///
/// Where the kernel's cost is per send and not per datagram, runs are what makes forwarding cheap, so the caller writes what goes
/// to one peer in a row.
package struct DatagramSender: ~Copyable {
  /// What became of the datagrams of all flushes so far.
  package struct Statistics: Equatable, Sendable {
    package var sent: UInt64 = 0
    /// The kernel had no room: dropped, as the network would have.
    package var droppedNoRoom: UInt64 = 0
    /// The kernel refused the destination (no route, not reachable with this socket).
    package var droppedUnreachable: UInt64 = 0
    /// Sends that the kernel was given: a run counts once.
    package var runs: UInt64 = 0
    package var systemCalls: UInt64 = 0
  }

  private struct Entry {
    var remote: TransportAddress
    var local: IPAddress?
    var byteCount: Int
  }

  /// Datagrams that wait for one flush at most; appending more flushes by itself.
  package static let batchCount = 256
  /// The kernel's bound on segments of one send (`UDP_MAX_SEGMENTS`).
  private static let runCount = 64
  /// The kernel's bound on the bytes of one send, less headers.
  private static let runByteCount = 65_000

  package private(set) var statistics = Statistics()
  private let memory: UnsafeMutableRawPointer
  private let messages: UnsafeMutablePointer<csockets_message>
  private let vectors: UnsafeMutablePointer<iovec>
  private let addresses: UnsafeMutableRawPointer
  private let controls: UnsafeMutableRawPointer
  private let controlByteCount = csockets_send_control_size()
  private let entries: UnsafeMutablePointer<Entry>
  private let runLengths: UnsafeMutablePointer<Int>
  package private(set) var count = 0
  private var segments = true
  /// Datagrams of the batch before this position leave one by one.
  private var singlesEnd = 0

  package init() {
    memory = .allocate(byteCount: Self.batchCount * PacketSlab.slotByteCount, alignment: 64)
    messages = .allocate(capacity: Self.batchCount)
    vectors = .allocate(capacity: Self.batchCount)
    addresses = .allocate(byteCount: Self.batchCount * KernelAddress.byteCount, alignment: 8)
    controls = .allocate(byteCount: Self.batchCount * controlByteCount, alignment: 8)
    entries = .allocate(capacity: Self.batchCount)
    runLengths = .allocate(capacity: Self.batchCount)
    messages.initialize(repeating: csockets_message(), count: Self.batchCount)
    for index in 0..<Self.batchCount {
      vectors[index] = iovec(iov_base: memory + index * PacketSlab.slotByteCount, iov_len: 0)
      messages[index].header.msg_name = addresses + index * KernelAddress.byteCount
    }
  }

  deinit {
    memory.deallocate()
    messages.deallocate()
    vectors.deallocate()
    addresses.deallocate()
    controls.deallocate()
    entries.deallocate()
    runLengths.deallocate()
  }

  /// Whether another datagram needs a flush first.
  package var isFull: Bool { count == Self.batchCount }

  /// Where the next datagram is to be written before `append`; not to be called when full.
  package var nextSlot: UnsafeMutableRawBufferPointer {
    precondition(!isFull, "a full batch is flushed before the next datagram is written")
    return UnsafeMutableRawBufferPointer(
      start: memory + count * PacketSlab.slotByteCount, count: PacketSlab.slotByteCount)
  }

  /// Queues what was written into `nextSlot`; `local` is the address it must come from, nil for the system's choice.
  package mutating func append(byteCount: Int, to remote: TransportAddress, from local: IPAddress?) {
    precondition(byteCount <= PacketSlab.slotByteCount, "a datagram fits its slot")
    (entries + count).initialize(to: Entry(remote: remote, local: local, byteCount: byteCount))
    vectors[count].iov_len = byteCount
    count += 1
  }

  /// Sends all that is queued. What cannot be sent is dropped and counted, never waited for.
  package mutating func flush(to socket: borrowing DatagramSocket) {
    guard count > 0 else { return }
    var start = 0
    while start < count {
      let messageCount = describe(from: start, for: socket.family)
      start = send(messageCount, from: start, to: socket)
    }
    (count, singlesEnd) = (0, 0)
  }

  /// Fills in messages for the datagrams from `start`; returns how many messages there are.
  private mutating func describe(from start: Int, for family: SocketFamily) -> Int {
    var (position, messageCount) = (start, 0)
    while position < count {
      let length = runLength(at: position)
      let message = messages + messageCount
      message.pointee.header.msg_iov = vectors + position
      message.pointee.header.msg_iovlen = length
      // A destination that the socket cannot reach is left empty: the kernel refuses that message and it is counted.
      message.pointee.header.msg_namelen =
        KernelAddress.write(entries[position].remote, for: family, to: message.pointee.header.msg_name) ?? 0
      describeControl(of: messageCount, at: position, length, family)
      runLengths[messageCount] = length
      position += length
      messageCount += 1
    }
    return messageCount
  }

  private func describeControl(of message: Int, at position: Int, _ length: Int, _ family: SocketFamily) {
    let control = controls + message * controlByteCount
    let segment = length > 1 ? UInt16(entries[position].byteCount) : 0
    let written: Int
    switch (entries[position].local, family) {
    case (nil, _):
      written = csockets_write_control4(control, nil, segment)
    case (let local?, .ipv4):
      var source = KernelAddress.in4(local)
      written = csockets_write_control4(control, &source, segment)
    case (let local?, .dualStack):
      var source = KernelAddress.in6(local)
      written = csockets_write_control6(control, &source, segment)
    }
    messages[message].header.msg_control = written > 0 ? control : nil
    messages[message].header.msg_controllen = written
  }

  /// How many datagrams from `position` can leave in one send: same way, same length; only the last may be shorter.
  private func runLength(at position: Int) -> Int {
    guard segments, position >= singlesEnd else { return 1 }
    let first = entries[position]
    guard first.byteCount > 0 else { return 1 }
    let most = min(Self.runCount, Self.runByteCount / first.byteCount, count - position)
    var length = 1
    while length < most {
      let next = entries[position + length]
      guard next.remote == first.remote, next.local == first.local, next.byteCount > 0,
        next.byteCount <= first.byteCount
      else { break }
      length += 1
      if next.byteCount < first.byteCount { break }
    }
    return length
  }

  /// Sends the described messages; returns the position of the first datagram that has to be described again.
  private mutating func send(_ messageCount: Int, from start: Int, to socket: borrowing DatagramSocket) -> Int {
    var (done, position) = (0, start)
    while done < messageCount {
      statistics.systemCalls += 1
      let sent = Int(csockets_send(socket.descriptor, messages + done, UInt32(messageCount - done)))
      guard sent <= 0 else {
        for message in done..<(done + sent) {
          position += runLengths[message]
          statistics.sent += UInt64(runLengths[message])
        }
        statistics.runs += UInt64(sent)
        done += sent
        continue
      }
      switch errno {
      case EINTR:
        continue
      case EAGAIN, ENOBUFS:
        statistics.droppedNoRoom += UInt64(count - position)
        return count
      case EIO where runLengths[done] > 1, EOPNOTSUPP where runLengths[done] > 1:
        // Nothing can be segmented here (an old kernel, an odd device): from here on one by one.
        segments = false
        return position
      case EINVAL where runLengths[done] > 1, EMSGSIZE where runLengths[done] > 1:
        // These are longer than their path carries in one piece: they leave one by one, in fragments.
        singlesEnd = position + runLengths[done]
        return position
      default:
        statistics.droppedUnreachable += UInt64(runLengths[done])
        position += runLengths[done]
        done += 1
      }
    }
    return position
  }
}
