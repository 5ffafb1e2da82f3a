internal import CSockets
internal import Glibc
package import STUN

/// A bound UDP socket of one worker: non-blocking, with arrival times and local addresses switched on.
package struct DatagramSocket: ~Copyable {
  /// What the kernel may keep for us while a loop turn lasts: a burst of keyframes from many publishers.
  private static let receiveBufferByteCount: Int32 = 4 << 20
  /// What may wait for the network card; more only delays media.
  private static let sendBufferByteCount: Int32 = 4 << 20

  package let descriptor: Int32
  package let family: SocketFamily
  /// The address it is bound to, with the port that the system chose if 0 was asked for.
  package let address: TransportAddress

  /// Binds to `address`; several workers may bind to the same one if it is shared (`SO_REUSEPORT`).
  ///
  /// The wildcard `::` takes both families. Throws what the system refuses: the port is taken, the address is not ours.
  package init(binding address: TransportAddress, isShared: Bool = true) throws(SocketError) {
    family = address.ip.family == .ipv4 ? .ipv4 : .dualStack
    descriptor = socket(
      family.number, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw SocketError(during: .open) }
    do throws(SocketError) {
      try Self.configure(descriptor, family, isShared)
      self.address = try boundAddress(descriptor, to: address, family)
    } catch {
      close(descriptor)
      throw error
    }
  }

  deinit {
    close(descriptor)
  }

  /// From now on further sockets may bind to its address: those that ask for a shared one, of the same user.
  func share() throws(SocketError) {
    try setOption(descriptor, SOL_SOCKET, SO_REUSEPORT, 1)
  }

  private static func configure(_ descriptor: Int32, _ family: SocketFamily, _ isShared: Bool) throws(SocketError) {
    if isShared { try setOption(descriptor, SOL_SOCKET, SO_REUSEPORT, 1) }
    if family == .dualStack {
      try setOption(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 0)
    }
    // The system caps these silently at net.core.rmem_max and wmem_max.
    try setOption(descriptor, SOL_SOCKET, SO_RCVBUF, receiveBufferByteCount)
    try setOption(descriptor, SOL_SOCKET, SO_SNDBUF, sendBufferByteCount)
    guard csockets_ask_for_control(descriptor, family.number) == 0 else { throw SocketError(during: .open) }
  }
}

/// Sets an integer option of a socket.
func setOption(_ descriptor: Int32, _ level: Int32, _ name: Int32, _ value: Int32) throws(SocketError) {
  var value = value
  guard setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size)) == 0 else {
    throw SocketError(during: .open)
  }
}

/// Binds a socket and asks which address it got.
func boundAddress(
  _ descriptor: Int32, to address: TransportAddress, _ family: SocketFamily
) throws(SocketError) -> TransportAddress {
  let memory = UnsafeMutableRawPointer.allocate(byteCount: KernelAddress.byteCount, alignment: 8)
  defer { memory.deallocate() }
  guard let length = KernelAddress.write(address, for: family, to: memory),
    bind(descriptor, memory.assumingMemoryBound(to: sockaddr.self), length) == 0
  else { throw SocketError(during: .bind) }
  var size = socklen_t(KernelAddress.byteCount)
  guard getsockname(descriptor, memory.assumingMemoryBound(to: sockaddr.self), &size) == 0,
    let bound = KernelAddress.read(memory)
  else { throw SocketError(during: .bind) }
  return bound
}
