import Glibc
import SFU
import STUN

/// The socket of a client: datagrams by UDP, or by TCP with their lengths before them (RFC 4571).
final class ClientSocket {
  let carrier: TransportProtocol
  let address: TransportAddress
  private let descriptor: Int32
  private var unread: [UInt8] = []
  private(set) var isClosed = false

  /// A socket that is connected to `server`, on the same machine.
  init(_ carrier: TransportProtocol, to server: TransportAddress) throws {
    self.carrier = carrier
    let family: SocketFamily = server.ip.family == .ipv4 ? .ipv4 : .dualStack
    let kind = carrier == .udp ? SOCK_DGRAM : SOCK_STREAM
    let number = family == .ipv4 ? AF_INET : AF_INET6
    descriptor = socket(number, Int32(kind.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    let memory = UnsafeMutableRawPointer.allocate(byteCount: KernelAddress.byteCount, alignment: 8)
    defer { memory.deallocate() }
    let target = memory.assumingMemoryBound(to: sockaddr.self)
    guard let length = KernelAddress.write(server, for: family, to: memory), connect(descriptor, target, length) == 0
    else { throw SocketError(during: .open) }
    var size = socklen_t(KernelAddress.byteCount)
    guard getsockname(descriptor, target, &size) == 0, let own = KernelAddress.read(memory) else {
      throw SocketError(during: .open)
    }
    address = own
    var bufferSize: Int32 = 4 << 20
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bufferSize, 4)
  }

  deinit {
    close(descriptor)
  }

  func send(_ datagram: [UInt8]) {
    let framed = carrier == .udp ? datagram : [UInt8(datagram.count >> 8), UInt8(datagram.count & 0xff)] + datagram
    _ = Glibc.send(descriptor, framed, framed.count, Int32(MSG_NOSIGNAL))
  }

  /// What has come, without waiting.
  func receive() -> [[UInt8]] {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    var datagrams: [[UInt8]] = []
    while true {
      let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
      guard count > 0 else {
        if count == 0 { isClosed = true }
        return datagrams
      }
      switch carrier {
      case .udp: datagrams.append(Array(buffer[..<count]))
      case .tcp, .tls: datagrams += deframe(buffer[..<count])
      }
    }
  }

  private func deframe(_ bytes: ArraySlice<UInt8>) -> [[UInt8]] {
    unread += bytes
    var datagrams: [[UInt8]] = []
    while unread.count >= 2 {
      let end = 2 + (Int(unread[0]) << 8 | Int(unread[1]))
      guard unread.count >= end else { break }
      datagrams.append(Array(unread[2..<end]))
      unread.removeFirst(end)
    }
    return datagrams
  }
}
