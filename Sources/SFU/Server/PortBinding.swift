internal import Glibc
import STUN

/// Binds UDP and TCP to the same port on every listen address.
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

  /// Binds and hands the sockets over; returns the port.
  package func bind(_ sockets: inout WorkerSockets) throws(MediaServerError) -> UInt16 {
    do throws(MediaServerError) {
      return try bind(addresses, &sockets)
    } catch {
      // A machine without IPv6 has no wildcard of it.
      guard addresses == [IPAddress(ipv6: 0, 0)], case .cannotListen(_, let refusal) = error,
        refusal.code == EAFNOSUPPORT || refusal.code == EADDRNOTAVAIL
      else { throw error }
      return try bind([IPAddress(ipv4: 0)], &sockets)
    }
  }

  private func bind(_ addresses: [IPAddress], _ sockets: inout WorkerSockets) throws(MediaServerError) -> UInt16 {
    var port = port
    for address in addresses {
      port = try bind(TransportAddress(address, port: port), &sockets)
    }
    return port
  }

  private func bind(
    _ address: TransportAddress, _ sockets: inout WorkerSockets
  ) throws(MediaServerError) -> UInt16 {
    var refusal = SocketError(during: .bind, code: EADDRINUSE)
    for _ in 0..<(address.port == 0 ? Self.tryLimit : 1) {
      do throws(SocketError) {
        let datagrams = try DatagramSocket(binding: address, isShared: false)
        let port = datagrams.address.port
        let listener = try StreamListener(binding: TransportAddress(address.ip, port: port), isShared: false)
        try sockets.add(datagrams, listener)
        return port
      } catch {
        refusal = error
      }
    }
    throw .cannotListen(address, refusal)
  }
}
