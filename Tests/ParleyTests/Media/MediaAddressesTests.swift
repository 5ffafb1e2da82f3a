import STUN
import Testing
import parley

/// Which addresses clients are told to send media to.
@Suite struct MediaAddressesTests {
  private var facts = MediaAddresses.Facts()

  init() {
    facts.interfaces = [
      ("lo", "127.0.0.1"), ("lo", "::1"), ("eth0", "10.0.0.7"), ("eth0", "fe80::1%2"), ("eth0", "2001:db8::7"),
      ("docker0", "172.17.0.1"), ("br-1234", "172.18.0.1"), ("vethabc", "169.254.3.4"), ("eth1", "169.254.9.9"),
    ].compactMap { name, text in IPAddress(text).map { InterfaceAddress(name: name, address: $0) } }
  }

  @Test func announcesTheInterfacesWithoutBridgesLoopbackAndLinkLocal() {
    #expect(announced(facts) == ["10.0.0.7", "2001:db8::7"])
  }

  @Test mutating func announcesWhatTheServersNameResolvesToBesides() throws {
    facts.publicHost = ("meet.example", try addresses("203.0.113.9", "127.0.1.1", "10.0.0.7"))

    #expect(announced(facts) == ["10.0.0.7", "2001:db8::7", "203.0.113.9"])
    #expect(MediaAddresses(facts).warnings.isEmpty)
  }

  @Test mutating func announcesOnlyWhatTheAdminNamed() throws {
    facts.configured = try addresses("203.0.113.9", "192.168.1.7", "203.0.113.9")
    facts.publicHost = ("meet.example", try addresses("198.51.100.1"))

    #expect(announced(facts) == ["203.0.113.9", "192.168.1.7"])
  }

  @Test mutating func announcesWhereItListens() throws {
    facts.listening = try addresses("10.0.0.7")

    #expect(announced(facts) == ["10.0.0.7"])
  }

  @Test mutating func announcesLoopbackWhereThereIsNothingElse() {
    facts.interfaces.removeAll { $0.name != "lo" }

    #expect(announced(facts) == ["127.0.0.1", "::1"])
  }

  @Test mutating func announcesABoundedNumber() {
    facts.interfaces = (1...50).map { InterfaceAddress(name: "eth\($0)", address: IPAddress(ipv4: $0)) }

    #expect(MediaAddresses(facts).announced.count == 8)
  }

  @Test(arguments: [
    ("meet.example", ["203.0.113.9"], ["10.0.0.7"], true), ("meet.example", [], ["10.0.0.7", "fd00::7"], true),
    ("203.0.113.9", ["203.0.113.9"], ["192.168.1.7"], true),
    // Somewhere it is announced publicly, or the name is of this network too.
    ("meet.example", ["203.0.113.9"], ["10.0.0.7", "203.0.113.9"], false), ("meet.example", [], ["2001:db8::7"], false),
    ("meet.example", ["192.168.1.7"], ["192.168.1.7"], false), ("localhost", [], ["10.0.0.7"], false),
    ("meet.local", [], ["10.0.0.7"], false), ("192.168.1.7", ["192.168.1.7"], ["192.168.1.7"], false),
  ])
  mutating func warnsOfPrivateAddressesBesideAPublicName(
    name: String, resolved: [String], configured: [String], warns: Bool
  ) throws {
    facts.publicHost = (name, resolved.compactMap { IPAddress($0) })
    facts.configured = configured.compactMap { IPAddress($0) }

    let warnings = MediaAddresses(facts).warnings

    #expect(warnings.count == (warns ? 1 : 0))
    #expect(warnings.allSatisfy { $0.contains("SFU_ANNOUNCED_IP") && $0.contains(configured[0]) })
  }

  @Test mutating func givesAStunServerForEachFamily() throws {
    facts.configured = try addresses("10.0.0.7", "203.0.113.9", "2001:db8::7")

    #expect(MediaAddresses(facts).stunURLs(port: 3478) == ["stun:10.0.0.7:3478", "stun:[2001:db8::7]:3478"])
  }

  private func announced(_ facts: MediaAddresses.Facts) -> [String] {
    MediaAddresses(facts).announced.map(\.description)
  }

  private func addresses(_ texts: String...) throws -> [IPAddress] {
    try texts.map { try #require(IPAddress($0)) }
  }
}
