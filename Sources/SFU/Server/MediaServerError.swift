package import STUN

/// Why the media server could not start.
package enum MediaServerError: Error, Equatable, CustomStringConvertible {
  /// The system refused the port on this address.
  case cannotListen(TransportAddress, SocketError)
  /// The system gave no thread or no poller.
  case noResources

  package var description: String {
    switch self {
    case .cannotListen(let address, let error):
      "cannot listen for media on \(address.ip) port \(address.port): \(error)"
    case .noResources: "the system has no thread for media"
    }
  }
}
