package import Signaling

/// What `TRUST_PROXY` says, and whether it was said so broadly that the admin should hear of it.
package struct ProxyTrust: Equatable, Sendable {
  package let proxies: TrustedProxies
  package let isBroad: Bool

  static func parse(_ text: String) throws(SettingProblem) -> ProxyTrust {
    switch text.lowercased() {
    case "", "false": return ProxyTrust(proxies: .none, isBroad: false)
    case "true": return ProxyTrust(proxies: .loopbackAndPrivate, isBroad: true)
    default: break
    }
    var ranges: [AddressRange] = []
    for part in SettingParser.list(text) {
      guard let range = AddressRange(part) else {
        throw SettingProblem("has \(part), which is neither an address nor a CIDR range")
      }
      ranges.append(range)
    }
    return ProxyTrust(proxies: TrustedProxies(ranges), isBroad: false)
  }
}
