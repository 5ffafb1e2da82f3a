internal import CSockets
internal import Glibc
package import STUN

/// A listening TCP socket of one worker, on the same port number as its datagrams.
package struct StreamListener: ~Copyable {
  /// A storm of joiners behind a firewall that blocks UDP.
  private static let backlog: Int32 = 512

  package let descriptor: Int32
  package let family: SocketFamily
  package let address: TransportAddress

  /// Binds to `address`; several workers may bind to the same one if it is shared (`SO_REUSEPORT`). Throws what the system refuses.
  package init(binding address: TransportAddress, isShared: Bool = true) throws(SocketError) {
    family = address.ip.family == .ipv4 ? .ipv4 : .dualStack
    descriptor = socket(
      family.number, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw SocketError(during: .open) }
    do throws(SocketError) {
      if isShared { try setOption(descriptor, SOL_SOCKET, SO_REUSEPORT, 1) }
      try setOption(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
      if family == .dualStack { try setOption(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 0) }
      let bound = try boundAddress(descriptor, to: address, family)
      guard listen(descriptor, Self.backlog) == 0 else { throw SocketError(during: .listen) }
      self.address = bound
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

  /// The next waiting connection, or nil when there is none (or the process has no descriptor left: it waits on).
  package func accept() -> StreamConnection? {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: KernelAddress.byteCount * 2, alignment: 8)
    defer { memory.deallocate() }
    var size = socklen_t(KernelAddress.byteCount)
    let accepted = csockets_accept(descriptor, memory, &size)
    guard accepted >= 0 else { return nil }
    let local = memory + KernelAddress.byteCount
    size = socklen_t(KernelAddress.byteCount)
    guard let remote = KernelAddress.read(memory),
      getsockname(accepted, local.assumingMemoryBound(to: sockaddr.self), &size) == 0,
      let own = KernelAddress.read(local), (try? setOption(accepted, Int32(IPPROTO_TCP), TCP_NODELAY, 1)) != nil
    else {
      close(accepted)
      return nil
    }
    return StreamConnection(adopting: accepted, path: FiveTuple(.tcp, local: own, remote: remote))
  }
}
