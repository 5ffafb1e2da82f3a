import Signaling
import Testing

@Suite struct AddressRangeTests {
  @Test(arguments: [
    ("10.0.0.0/8", "10.255.1.2", true), ("10.0.0.0/8", "11.0.0.1", false),
    ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false),
    ("0.0.0.0/0", "203.0.113.9", true), ("0.0.0.0/0", "2001:db8::1", false),
    ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::1", false),
    ("::1", "::1", true), ("fe80::/10", "fe80::1%eth0", true),
    ("192.0.2.0/24", "::ffff:192.0.2.77", true),
  ])
  func containsWhatSharesItsPrefix(range: String, address: String, expected: Bool) throws {
    let range = try #require(AddressRange(range))
    let address = try #require(IPAddress(address))

    #expect(range.contains(address) == expected)
  }

  @Test(arguments: ["", "10.0.0.0/33", "10.0.0.0/-1", "::/129", "10.0.0/8", "localhost", "10.0.0.0/8/8", "10.0.0.0/"])
  func refusesWhatIsNoRange(text: String) {
    #expect(AddressRange(text) == nil)
  }

  @Test func givesTheBytesInNetworkOrder() throws {
    #expect(try #require(IPAddress("192.0.2.1")).bytes == [192, 0, 2, 1])
    #expect(
      try #require(IPAddress("2001:db8::ff")).bytes == [0x20, 0x01, 0x0D, 0xB8] + Array(repeating: 0, count: 11) + [
        0xFF
      ])
  }
}
