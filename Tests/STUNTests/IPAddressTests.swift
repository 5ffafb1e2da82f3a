import STUN
import Testing

@Suite struct IPAddressTests {
  @Test(arguments: [
    ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
    ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("fe80::1%2", "fe80::1%2"),
    ("2001:DB8:0:0:8:800:200C:417A", "2001:db8::8:800:200c:417a"),
    ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
    ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
    ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
    ("::ffff:192.0.2.1", "::ffff:c000:201"),
    ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
  ])
  func textIsReadAndWrittenInItsCanonicalForm(text: String, canonical: String) {
    #expect(IPAddress(text)?.description == canonical)
  }

  @Test(arguments: [
    "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.-4", "1..2.3", "+1.2.3.4", " 1.2.3.4",
    ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8", "1::2::3", "12345::", "g::", "::1%",
    "::1%eth0", "::1.2.3", "::1.2.3.4:5", "example.org", "a b.local", String(repeating: "0:", count: 40) + "0",
  ])
  func whatIsNoAddressIsRefused(text: String) {
    #expect(IPAddress(text) == nil)
  }

  @Test(arguments: [
    ("192.0.2.129", 24, "192.0.2.0"), ("192.0.2.129", 32, "192.0.2.129"), ("192.0.2.129", 0, "0.0.0.0"),
    ("2001:db8:1:2ff:3:4:5:6", 56, "2001:db8:1:200::"), ("2001:db8::ffff", 128, "2001:db8::ffff"),
    ("2001:db8::ffff", 120, "2001:db8::ff00"), ("ffff::", 0, "::"),
  ])
  func prefixesKeepTheirBits(text: String, bitCount: Int, network: String) {
    #expect(IPAddress(text)?.prefix(bitCount) == IPAddress(network))
  }

  @Test func mappedAddressesAreOneWithTheirIPv4Form() {
    #expect(IPAddress("::ffff:192.0.2.1")?.unmapped == IPAddress("192.0.2.1"))
    #expect(IPAddress("::192.0.2.1")?.unmapped == IPAddress("::192.0.2.1"))
  }

  @Test func addressesThatFoldToTheSameWordStayApart() {
    let one = TransportAddress("2001:db8::1:0:0:2", 5000)
    let other = TransportAddress("2001:db8::2:0:0:1", 5000)

    #expect(one.ip.high ^ one.ip.low != other.ip.high || one != other)
    #expect(one != other)
    #expect(one.description == "[2001:db8::1:0:0:2]:5000")
  }
}
