import Glibc
import STUN

/// A UDP socket for one peer connection with a server on this machine.
final class LoopbackSocket {
  static let ip = IPAddress(ipv4: 0x7F00_0001)

  let address: TransportAddress
  private let descriptor: Int32

  init(to port: UInt16) {
    let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var name = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = port.bigEndian
    name.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
    let result = withUnsafeMutablePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
        connect(descriptor, name, length) | getsockname(descriptor, name, &length)
      }
    }
    precondition(result == 0, "Loopback takes every socket.")
    self.descriptor = descriptor
    address = TransportAddress(Self.ip, port: UInt16(bigEndian: name.sin_port))
  }

  deinit {
    close(descriptor)
  }

  func send(_ datagram: [UInt8]) {
    _ = Glibc.send(descriptor, datagram, datagram.count, Int32(MSG_NOSIGNAL))
  }

  /// What has come, without waiting.
  func receive() -> [[UInt8]] {
    var buffer = [UInt8](repeating: 0, count: 2048)
    var datagrams: [[UInt8]] = []
    while case let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT)), count > 0 {
      datagrams.append(Array(buffer[..<count]))
    }
    return datagrams
  }
}
