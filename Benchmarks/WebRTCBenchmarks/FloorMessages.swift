import CSockets
import Glibc
import SFU
import STUN

/// The same packet for each of many destinations, in the kernel's terms.
struct FloorMessages: ~Copyable {
  /// As many messages as a system call is given.
  private static let batchCount = 64

  private let count: Int
  private let byteCount: Int
  private let memory: UnsafeMutableRawPointer
  private let names: UnsafeMutablePointer<sockaddr_in>
  private let vectors: UnsafeMutablePointer<iovec>
  private let messages: UnsafeMutablePointer<csockets_message>
  private let controls: UnsafeMutableRawPointer
  private let controlByteCount = csockets_send_control_size()

  init(to addresses: [TransportAddress], byteCount: Int) {
    (count, self.byteCount) = (addresses.count, byteCount)
    memory = .allocate(byteCount: byteCount * 8, alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: 7, count: byteCount * 8)
    names = .allocate(capacity: count)
    vectors = .allocate(capacity: 1)
    vectors.initialize(to: iovec(iov_base: memory, iov_len: byteCount))
    messages = .allocate(capacity: Self.batchCount)
    messages.initialize(repeating: csockets_message(), count: Self.batchCount)
    controls = .allocate(byteCount: Self.batchCount * controlByteCount, alignment: 8)
    for (index, address) in addresses.enumerated() {
      _ = KernelAddress.write(address, for: .ipv4, to: names + index)
    }
  }

  deinit {
    for memory in [memory, UnsafeMutableRawPointer(names), UnsafeMutableRawPointer(vectors)] { memory.deallocate() }
    messages.deallocate()
    controls.deallocate()
  }

  /// One system call for each packet, each packet to all before the next.
  func sendOneByOne(on descriptor: Int32, _ packets: Int) {
    for _ in 0..<packets {
      for index in 0..<count {
        (names + index).withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
          _ = sendto(
            descriptor, memory, byteCount, Int32(MSG_DONTWAIT), name, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
    }
  }

  /// Many packets in a system call, each packet to all before the next.
  func sendBatch(on descriptor: Int32, _ packets: Int) {
    vectors.pointee.iov_len = byteCount
    for _ in 0..<packets { send(on: descriptor, segment: 0) }
  }

  /// Runs of packets that are one message each, and many of those in a system call.
  func sendRuns(of length: Int, on descriptor: Int32, _ packets: Int) {
    vectors.pointee.iov_len = byteCount * length
    for _ in 0..<(packets / length) { send(on: descriptor, segment: UInt16(byteCount)) }
  }

  private func send(on descriptor: Int32, segment: UInt16) {
    var next = 0
    while next < count {
      let number = min(Self.batchCount, count - next)
      for index in 0..<number { describe(index, to: next + index, segment) }
      var sent = 0
      while sent < number {
        let more = csockets_send(descriptor, messages + sent, UInt32(number - sent))
        guard more > 0 else { break }
        sent += Int(more)
      }
      next += number
    }
  }

  private func describe(_ index: Int, to destination: Int, _ segment: UInt16) {
    let control = controls + index * controlByteCount
    let written = segment > 0 ? csockets_write_control4(control, nil, segment) : 0
    messages[index].header.msg_iov = vectors
    messages[index].header.msg_iovlen = 1
    messages[index].header.msg_name = UnsafeMutableRawPointer(names + destination)
    messages[index].header.msg_namelen = socklen_t(MemoryLayout<sockaddr_in>.size)
    messages[index].header.msg_control = written > 0 ? control : nil
    messages[index].header.msg_controllen = written
  }
}
