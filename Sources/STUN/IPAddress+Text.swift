/// Reading and writing addresses as text, without the resolver and without allocating on the way in.
extension IPAddress: CustomStringConvertible {
  /// The longest text of an address that is read: a full IPv6 address with an embedded IPv4 one and a zone number.
  private static let maximumTextLength = 60

  /// Reads `192.0.2.1` or `2001:db8::1` (RFC 4291 §2.2, a numeric zone as in `fe80::1%2`); nil for anything else, host names
  /// included.
  package init?(_ text: some StringProtocol) {
    let bytes = text.utf8
    guard !bytes.isEmpty, bytes.prefix(Self.maximumTextLength + 1).count <= Self.maximumTextLength else { return nil }
    if bytes.contains(UInt8(ascii: ":")) {
      self.init(ipv6Text: Substring(text))
    } else {
      guard let bits = Self.ipv4Bits(Substring(text)) else { return nil }
      self.init(ipv4: bits)
    }
  }

  private init?(ipv6Text text: Substring) {
    let halves = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
    guard let groups = Self.ipv6Groups(halves[0]) else { return nil }
    var zone: UInt32 = 0
    if halves.count == 2 {
      guard let number = decimal(halves[1], as: UInt32.self) else { return nil }
      zone = number
    }
    let high = groups[..<4].reduce(0) { $0 << 16 | UInt64($1) }
    let low = groups[4...].reduce(0) { $0 << 16 | UInt64($1) }
    self.init(ipv6: high, low, zone: zone)
  }

  private static func ipv4Bits(_ text: Substring) -> UInt32? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var bits: UInt32 = 0
    for part in parts {
      guard part.utf8.count <= 3, let octet = decimal(part, as: UInt8.self) else { return nil }
      guard part.utf8.count == 1 || part.utf8.first != UInt8(ascii: "0") else { return nil }  // 010 is octal to some
      bits = bits << 8 | UInt32(octet)
    }
    return bits
  }

  /// The eight groups, with the one `::` filled up by zeros.
  private static func ipv6Groups(_ text: Substring) -> [UInt16]? {
    guard let gap = doubleColon(in: text) else {
      guard let groups = groupList(text), groups.count == 8 else { return nil }
      return groups
    }
    let head = text[..<gap.lowerBound]
    let tail = text[gap.upperBound...]
    guard let left = head.isEmpty ? [] : groupList(head), let right = tail.isEmpty ? [] : groupList(tail),
      left.count + right.count <= 7
    else { return nil }
    return left + Array(repeating: 0, count: 8 - left.count - right.count) + right
  }

  /// Groups between single colons, the last of which may be an IPv4 address standing for two.
  private static func groupList(_ text: Substring) -> [UInt16]? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 8 else { return nil }
    var groups: [UInt16] = []
    for (index, part) in parts.enumerated() {
      if index == parts.count - 1, part.contains(".") {
        guard let bits = ipv4Bits(part) else { return nil }
        groups += [UInt16(bits >> 16), UInt16(truncatingIfNeeded: bits)]
      } else {
        guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy(isHexDigit), let group = UInt16(part, radix: 16)
        else { return nil }
        groups.append(group)
      }
    }
    return groups
  }

  /// Where the first two adjacent colons stand.
  private static func doubleColon(in text: Substring) -> Range<Substring.Index>? {
    guard let first = text.indices.first(where: { text[$0...].hasPrefix("::") }) else { return nil }
    return first..<text.index(first, offsetBy: 2)
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      return true
    default: return false
    }
  }

  /// The canonical text: dotted for IPv4, RFC 5952 for IPv6.
  package var description: String {
    switch family {
    case .ipv4:
      return (0..<4).map { String(low >> (24 - 8 * UInt64($0)) & 0xFF) }.joined(separator: ".")
    case .ipv6:
      return zone == 0 ? ipv6Description : "\(ipv6Description)%\(zone)"
    }
  }

  private var ipv6Description: String {
    let groups = [high, low].flatMap { word in (0..<4).map { UInt16(truncatingIfNeeded: word >> (48 - 16 * $0)) } }
    let hex = groups.map { String($0, radix: 16) }
    let gap = Self.longestZeroRun(groups)
    guard gap.count >= 2 else { return hex.joined(separator: ":") }
    return hex[..<gap.lowerBound].joined(separator: ":") + "::" + hex[gap.upperBound...].joined(separator: ":")
  }

  /// The first of the longest runs of zero groups.
  private static func longestZeroRun(_ groups: [UInt16]) -> Range<Int> {
    var best = 0..<0
    var start = 0
    for (index, group) in groups.enumerated() {
      guard group == 0 else {
        start = index + 1
        continue
      }
      if index + 1 - start > best.count { best = start..<(index + 1) }
    }
    return best
  }
}

extension TransportAddress: CustomStringConvertible {
  /// The address and the port as they stand in a URL: `192.0.2.1:3478`, `[2001:db8::1]:3478`.
  package var description: String {
    switch ip.family {
    case .ipv4: return "\(ip):\(port)"
    case .ipv6: return "[\(ip)]:\(port)"
    }
  }
}

/// A decimal number of digits only: no sign, no space, no overflow.
private func decimal<Number: FixedWidthInteger>(_ text: Substring, as type: Number.Type) -> Number? {
  let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
  guard text.utf8.allSatisfy({ digits.contains($0) }) else { return nil }
  return Number(text)
}
