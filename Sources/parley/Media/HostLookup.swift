import Dispatch
import Glibc
import SFU
import STUN

/// Asks the system's resolver for the addresses of a host, and does not wait for ever.
enum HostLookup {
  /// A start must not hang on a name server that does not answer.
  private static let patience = Duration.seconds(3)

  /// The host's addresses; empty when it has none or the answer does not come in time. Brackets of an IPv6 address may stand.
  static func addresses(of host: String) async -> [IPAddress] {
    let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
    if let address = IPAddress(bare) { return [address] }
    let (answers, continuation) = AsyncStream.makeStream(of: [IPAddress].self)
    // The resolver blocks its thread, which goes on when nobody waits any more.
    DispatchQueue.global().async {
      continuation.yield(resolve(bare))
      continuation.finish()
    }
    let timer = Task {
      try await Task.sleep(for: patience)
      continuation.finish()
    }
    defer { timer.cancel() }
    for await answer in answers { return answer }
    return []
  }

  private static func resolve(_ name: String) -> [IPAddress] {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
    hints.ai_flags = AI_ADDRCONFIG
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(name, nil, &hints, &list) == 0, let list else { return [] }
    defer { freeaddrinfo(list) }
    return sequence(first: list) { $0.pointee.ai_next }.compactMap { entry in
      entry.pointee.ai_addr.flatMap { KernelAddress.read(UnsafeRawPointer($0))?.ip }
    }
  }
}
