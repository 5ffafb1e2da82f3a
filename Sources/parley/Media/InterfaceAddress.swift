import Glibc
import SFU
package import STUN

/// An address of one of this machine's network interfaces.
package struct InterfaceAddress: Hashable, Sendable {
  package let name: String
  package let address: IPAddress

  package init(name: String, address: IPAddress) {
    self.name = name
    self.address = address
  }

  /// The addresses of all interfaces that are up, in the order in which the system lists them.
  static func all() -> [InterfaceAddress] {
    var list: UnsafeMutablePointer<ifaddrs>?
    guard getifaddrs(&list) == 0, let list else { return [] }
    defer { freeifaddrs(list) }
    return sequence(first: list) { $0.pointee.ifa_next }.compactMap { InterfaceAddress($0.pointee) }
  }

  /// Nil for an interface that is down and for addresses that are not IP.
  private init?(_ entry: ifaddrs) {
    guard entry.ifa_flags & UInt32(IFF_UP) != 0, let raw = entry.ifa_addr else { return nil }
    guard let transport = KernelAddress.read(UnsafeRawPointer(raw)) else { return nil }
    name = String(cString: entry.ifa_name)
    address = transport.ip
  }
}
