import Signaling
import Testing

@Suite struct ClientAddressTests {
  private static let ipv6: [UInt8] = [0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2]

  @Test func anIPv4AddressInsideIPv6IsTheSame() throws {
    let mapped = try #require(
      ClientAddress(bytes: Array(repeating: 0, count: 10) + [0xFF, 0xFF, 192, 0, 2, 1] as [UInt8]))
    #expect(mapped == ClientAddress(bytes: [192, 0, 2, 1]))
    #expect(mapped == ClientAddress(ipv4: 0xC000_0201))
    #expect(ClientAddress.loopback == ClientAddress(bytes: [127, 0, 0, 1]))
  }

  @Test func limitsCountIPv4WholeAndIPv6ByHousehold() throws {
    var neighbour = Self.ipv6
    neighbour[15] = 9
    var other = Self.ipv6
    other[7] = 2
    let prefix = try #require(ClientAddress(bytes: Self.ipv6)).prefix
    #expect(ClientAddress(bytes: neighbour)?.prefix == prefix)
    #expect(ClientAddress(bytes: other)?.prefix != prefix)
    #expect(ClientAddress(ipv4: 1).prefix != ClientAddress(ipv4: 2).prefix)
    let low = try #require(ClientAddress(bytes: [0, 0, 0, 0, 0, 0, 0, 1] + Array(repeating: 0, count: 8) as [UInt8]))
    #expect(low.prefix != ClientAddress(ipv4: 1).prefix && low.prefixBytes != ClientAddress(ipv4: 1).prefixBytes)
  }

  @Test func logsShowOnlyAPart() {
    #expect(ClientAddress(ipv4: 0xC000_0201).shortened == "192.0.2.x")
    #expect(ClientAddress(bytes: Self.ipv6)?.shortened == "2001:db8:0:1::x")
  }

  @Test(arguments: [0, 3, 5, 15, 17])
  func otherLengthsAreNoAddress(count: Int) {
    #expect(ClientAddress(bytes: [UInt8](repeating: 1, count: count)) == nil)
  }
}
