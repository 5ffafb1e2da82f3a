internal import Glibc
package import STUN

/// Binds UDP and TCP to the same port on every listen address.
///
/// The first worker binds alone, which fails if any other program has the port, be it a second Parley. Only then are the others let in,
/// who bind to the very same addresses (`SO_REUSEPORT`): the kernel gives each a share of the paths and of the connections.
package struct PortBinding {
  /// If the system chooses the port for UDP and it is taken for TCP, another is tried.
  private static let tryLimit = 32

  private let addresses: [IPAddress]
  private let port: UInt16

  package init(_ configuration: SFUConfiguration) {
    let listed = Array(configuration.listenAddresses.prefix(WorkerSockets.endpointLimit))
    addresses = listed.isEmpty ? [IPAddress(ipv6: 0, 0)] : listed
    port = configuration.port
  }

  /// Binds and hands the sockets over; returns the port. Others can `join` if it `isShared`.
  package func bind(_ sockets: inout WorkerSockets, isShared: Bool = false) throws(MediaServerError) -> UInt16 {
    do throws(MediaServerError) {
      return try bind(addresses, &sockets, isShared)
    } catch {
      // A machine without IPv6 has no wildcard of it.
      guard addresses == [IPAddress(ipv6: 0, 0)], case .cannotListen(_, let refusal) = error,
        refusal.code == EAFNOSUPPORT || refusal.code == EADDRNOTAVAIL
      else { throw error }
      return try bind([IPAddress(ipv4: 0)], &sockets, isShared)
    }
  }

  /// Binds what another worker has bound and shares.
  package static func join(
    _ addresses: [TransportAddress], _ sockets: inout WorkerSockets
  ) throws(MediaServerError) {
    for address in addresses {
      do throws(SocketError) {
        try sockets.add(DatagramSocket(binding: address), StreamListener(binding: address))
      } catch {
        throw .cannotListen(address, error)
      }
    }
  }

  private func bind(
    _ addresses: [IPAddress], _ sockets: inout WorkerSockets, _ isShared: Bool
  ) throws(MediaServerError) -> UInt16 {
    var port = port
    for address in addresses {
      port = try bind(TransportAddress(address, port: port), &sockets, isShared)
    }
    return port
  }

  private func bind(
    _ address: TransportAddress, _ sockets: inout WorkerSockets, _ isShared: Bool
  ) throws(MediaServerError) -> UInt16 {
    var refusal = SocketError(during: .bind, code: EADDRINUSE)
    for _ in 0..<(address.port == 0 ? Self.tryLimit : 1) {
      do throws(SocketError) {
        let datagrams = try DatagramSocket(binding: address, isShared: false)
        let port = datagrams.address.port
        let listener = try StreamListener(binding: TransportAddress(address.ip, port: port), isShared: false)
        if isShared {
          try datagrams.share()
          try listener.share()
        }
        try sockets.add(datagrams, listener)
        return port
      } catch {
        refusal = error
      }
    }
    throw .cannotListen(address, refusal)
  }
}
