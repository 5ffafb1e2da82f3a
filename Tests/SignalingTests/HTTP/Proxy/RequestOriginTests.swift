import HTTPTypes
import Signaling
import Testing

@Suite struct RequestOriginTests {
  private static let proxies = TrustedProxies([AddressRange("127.0.0.1")!, AddressRange("10.0.0.0/8")!])  // both parse

  private func origin(
    from peer: String, _ headers: [(String, String)], authority: String? = "meet.example"
  ) throws -> RequestOrigin {
    var fields = HTTPFields()
    for (name, value) in headers { fields.append(HTTPField(name: try #require(HTTPField.Name(name)), value: value)) }
    let connection = RequestOrigin.Connection(peer: IPAddress(peer), isSecure: false)
    return RequestOrigin(fields, authority: authority, connection: connection, proxies: Self.proxies)
  }

  @Test func ignoresForwardingHeadersOfStrangers() throws {
    let origin = try origin(
      from: "203.0.113.9",
      [
        ("X-Forwarded-For", "192.0.2.1"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "evil.example"),
        ("X-Forwarded-Prefix", "/x"), ("Forwarded", "for=192.0.2.1;proto=https;host=evil.example"),
      ])

    #expect(origin.client == IPAddress("203.0.113.9"))
    #expect(origin.ownOrigin == "http://meet.example")
    #expect(origin.prefix == "")
  }

  @Test func takesTheRightmostAddressThatIsNoProxy() throws {
    let forged = try origin(from: "127.0.0.1", [("X-Forwarded-For", "1.1.1.1, 203.0.113.9, 10.0.0.7")])
    #expect(forged.client == IPAddress("203.0.113.9"))

    let inTwoHeaders = try origin(
      from: "127.0.0.1", [("X-Forwarded-For", "1.1.1.1"), ("X-Forwarded-For", "203.0.113.9")])
    #expect(inTwoHeaders.client == IPAddress("203.0.113.9"))
  }

  @Test func stopsAtAnEntryThatIsNoAddress() throws {
    let origin = try origin(from: "127.0.0.1", [("X-Forwarded-For", "1.1.1.1, unknown, 10.0.0.7")])
    #expect(origin.client == IPAddress("10.0.0.7"))
  }

  @Test(arguments: [
    ("203.0.113.9:4711", "203.0.113.9"), ("[2001:db8::9]:4711", "2001:db8::9"), ("2001:db8::9", "2001:db8::9"),
    ("[2001:db8::9]", "2001:db8::9"),
  ])
  func readsAddressesWithPorts(text: String, address: String) throws {
    #expect(try origin(from: "127.0.0.1", [("X-Forwarded-For", text)]).client == IPAddress(address))
  }

  @Test func readsTheStandardHeader() throws {
    let value = #"for=1.1.1.1;proto=http, For="[2001:db8::9]:80";Proto=https;Host="Meet.Example:8443""#
    let origin = try origin(from: "127.0.0.1", [("Forwarded", value)])

    #expect(origin.client == IPAddress("2001:db8::9"))
    #expect(origin.ownOrigin == "https://meet.example:8443")
  }

  @Test func believesTheOlderHeaderWhereBothAreSent() throws {
    let origin = try origin(
      from: "127.0.0.1", [("X-Forwarded-For", "203.0.113.9"), ("Forwarded", "for=1.1.1.1;proto=https")])
    #expect(origin.client == IPAddress("203.0.113.9"))
    #expect(!origin.isSecure)
  }

  @Test func takesSchemeHostPortAndPrefixFromTheProxy() throws {
    let origin = try origin(
      from: "10.1.2.3",
      [
        ("X-Forwarded-Proto", "http, https"), ("X-Forwarded-Host", "a.example, Meet.Example"),
        ("X-Forwarded-Port", "8443"), ("X-Forwarded-Prefix", "/meet/"),
      ], authority: "upstream:3010")

    #expect(origin.ownOrigin == "https://meet.example:8443")
    #expect(origin.prefix == "/meet")
  }

  @Test(arguments: ["", "a b", "a/b", "a\"b", "x;y", "[::1", "[::1%lo]", "host:0", "host:99999", "host:x", "ä.example"])
  func refusesHostsThatCouldBreakOutOfAHeader(host: String) throws {
    #expect(try origin(from: "203.0.113.9", [], authority: host).host == nil)
  }

  @Test(arguments: [
    ("Meet.Example:80", "meet.example"), ("[2001:DB8::1]:3010", "[2001:db8::1]:3010"),
    ("localhost:3010", "localhost:3010"),
  ])
  func normalisesHosts(host: String, expected: String) throws {
    #expect(try origin(from: "203.0.113.9", [], authority: host).host == expected)
  }

  @Test(arguments: ["//evil.example", "/a/../b", "meet", "/a b", "/a;Secure"])
  func refusesPrefixesThatCouldBreakOutOfAPath(prefix: String) throws {
    #expect(try origin(from: "127.0.0.1", [("X-Forwarded-Prefix", prefix)]).prefix == "")
  }
}
