import SFU
import STUN

/// The keys of media.
extension Settings {
  static let mediaListenIP = Setting(
    "SFU_LISTEN_IP", default: "::", example: "192.0.2.7,2001:db8::7",
    "The addresses to listen on for media, a comma list; :: is every IPv4 and IPv6 address."
  ) { text throws(SettingProblem) in
    let addresses = try SettingParser.list(text).map { part throws(SettingProblem) in
      guard let address = IPAddress(part) else { throw SettingProblem("has \(part), which is not an IP address") }
      return address
    }
    return addresses == [IPAddress(ipv6: 0, 0)] ? [] : addresses
  }

  static let mediaPort = Setting(
    "SFU_PORT", default: "3478", example: "443",
    "The port for media, both UDP and TCP, which also answers STUN; 0 is any free one.",
    parse: SettingParser.number(0...65_535))

  static let announcedIP = Setting(
    "SFU_ANNOUNCED_IP", default: "", example: "203.0.113.7,192.168.1.7",
    "Where clients send media, a comma list of addresses or names; empty is this machine's addresses and what SERVER_HOST_URL resolves to."
  ) { text throws(SettingProblem) in
    try SettingParser.list(text).map { part throws(SettingProblem) in try announcedHost(part) }
  }

  static let mediaWorkers = Setting(
    "SFU_NUM_WORKERS", default: "", example: "3",
    "How many threads carry media, each with rooms of its own (1 to 64); empty is one less than the processor cores, for the rest of the work has one too."
  ) { text throws(SettingProblem) in
    guard !text.isEmpty else { return min(max(ProcessorCores.usable.count - 1, 1), workerLimit) }
    return try SettingParser.number(1...workerLimit)(text)
  }

  private static let workerLimit = 64

  static let pinsMediaWorkers = Setting(
    "SFU_PIN_WORKERS", default: "false", example: "true",
    "Whether each of these threads stays on a core of its own, for machines that do nothing else.",
    parse: SettingParser.flag)

  static let loudestMicrophones = Setting(
    "LOUDEST_MICROPHONES", default: "3", example: "5",
    "How many of the loudest microphones of a meeting are sent to everybody, beside that of who leads the conversation.",
    parse: SettingParser.number(1...9))

  static let collecting = Setting(
    "SFU_COLLECT_MS", default: "12", example: "0",
    "For how many milliseconds at most packets of a picture that many watch wait for its last, so that each is sent them at once; 0 is none.",
    parse: SettingParser.number(0...50))

  private static func announcedHost(_ text: String) throws(SettingProblem) -> AnnouncedHost {
    if let address = IPAddress(text) {
      guard !unspecified.contains(address) else { throw SettingProblem("has \(text), which nobody can send to") }
      return .address(address)
    }
    guard isHostName(text) else { throw SettingProblem("has \(text), which is neither an address nor a host name") }
    return .name(text.lowercased())
  }

  private static let unspecified = [IPAddress(ipv4: 0), IPAddress(ipv6: 0, 0)]

  /// Letters, digits and hyphens between dots (RFC 1123 §2.1), and not a number that was meant to be an address.
  private static func isHostName(_ text: String) -> Bool {
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    guard text.utf8.count <= 253, labels.last?.contains(where: \.isLetter) == true else { return false }
    return labels.allSatisfy { label in
      (1...63).contains(label.utf8.count)
        && label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    }
  }
}
