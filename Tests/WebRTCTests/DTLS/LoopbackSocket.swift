import Glibc
import RTP

/// A UDP socket on the loopback address, for tests with other programs.
final class LoopbackSocket {
  private let descriptor: Int32
  private var peer = sockaddr_in()

  init() {
    descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    var address = Self.loopback(port: 0)
    let bound = Self.withAddress(&address) { bind(descriptor, $0, $1) }
    precondition(descriptor >= 0 && bound == 0, "no UDP socket on the loopback address")
  }

  deinit { close(descriptor) }

  var port: UInt16 {
    var address = sockaddr_in()
    var count = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = Self.withAddress(&address) { pointer, _ in getsockname(descriptor, pointer, &count) }
    return UInt16(bigEndian: address.sin_port)
  }

  /// From now on datagrams go there; otherwise to whoever sent the last one.
  func connect(to port: UInt16) {
    peer = Self.loopback(port: port)
  }

  func send(_ datagram: [UInt8]) {
    _ = Self.withAddress(&peer) { sendto(descriptor, datagram, datagram.count, 0, $0, $1) }
  }

  /// The next datagram, or nil when none comes within ten milliseconds.
  func receive() -> [UInt8]? {
    var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard Glibc.poll(&poll, 1, 10) == 1 else { return nil }
    var buffer = [UInt8](repeating: 0, count: 2048)
    var count = socklen_t(MemoryLayout<sockaddr_in>.size)
    let received = Self.withAddress(&peer) { pointer, _ in
      recvfrom(descriptor, &buffer, buffer.count, 0, pointer, &count)
    }
    return received > 0 ? Array(buffer.prefix(received)) : nil
  }

  /// The time of the monotonic clock.
  static func now() -> Instant {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }

  private static func loopback(port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return address
  }

  private static func withAddress<Result>(
    _ address: inout sockaddr_in, _ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
  }
}
