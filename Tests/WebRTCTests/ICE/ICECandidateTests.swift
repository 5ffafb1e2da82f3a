import Foundation
import STUN
import TestSupport
import Testing
import WebRTC

@Suite struct ICECandidateTests {
  @Test(arguments: [
    "40807866 1 udp 2122194687 192.0.2.2 51911 typ host generation 0 network-id 1",
    "933411022 1 tcp 1518285567 fd00::2 9 typ host tcptype active generation 0 network-id 2",
    "1 1 udp 1677729535 203.0.113.4 61000 typ srflx raddr 192.0.2.2 rport 51911 generation 0 ufrag 33j2 network-cost 999",
    "f957a2332b1715da3b0ef8ba684454eb 1 udp 2130706431 192.0.2.2 55917 typ host",
    "0 1 udp 2122187007 8f2d8f5e-6f6c-4f8e-9c52-0d6f9d1e7a11.local 47890 typ host",
    "7 1 udp 41885439 198.51.100.7 49152 typ relay raddr 0.0.0.0 rport 0",
    "1 1 tcp 1010827519 192.0.2.2 58105 typ host tcptype passive",
    "1 1 tcp 1010827519 192.0.2.2 58105 typ host tcptype so",
  ])
  func candidatesOfRealStacksSurviveReadingAndWriting(text: String) throws {
    let candidate = try ICECandidate(parsing: text)

    #expect(candidate.attributeValue == text)
    #expect(try ICECandidate(parsing: "candidate:" + text) == candidate)
    #expect(try ICECandidate(parsing: "a=candidate:" + text) == candidate)
  }

  @Test func capitalsAndSpacesAreTolerated() throws {
    let candidate = try ICECandidate(parsing: "candidate:0 1 UDP 2122187007  192.0.2.2 47890 typ host ")

    #expect(candidate.transport == .udp)
    #expect(candidate.address == .ip(IPAddress(ipv4: 0xC000_0202)))
    #expect(candidate.attributeValue == "0 1 udp 2122187007 192.0.2.2 47890 typ host")
  }

  @Test(arguments: [
    "", "candidate:", "1 1 udp 1 192.0.2.1 1 typ", "1 1 udp 1 192.0.2.1 1 host", "1 1 udp 1 192.0.2.1 65536 typ host",
    "1 1 udp 4294967296 192.0.2.1 1 typ host", "1 1 udp -1 192.0.2.1 1 typ host", "1 x udp 1 192.0.2.1 1 typ host",
    "1 1 udp 1 192.0.2.1;x 1 typ host", "1 1 udp 1 192.0.2.1 1 typ host generation", "1:2 1 udp 1 192.0.2.1 1 typ host",
    "1 1 tcp 1 192.0.2.1 1 typ host tcptype sideways", "1 1 udp 1 192.0.2.1 1 typ srflx raddr ö rport 1",
  ])
  func whatIsNoCandidateIsRefused(text: String) {
    #expect(throws: SDPError.invalidValue) { try ICECandidate(parsing: text) }
  }

  @Test func countlessExtensionsAreRefused() {
    let text = "1 1 udp 1 192.0.2.1 1 typ host" + String(repeating: " a b", count: 17)
    #expect(throws: SDPError.tooMany(.candidateExtension)) { try ICECandidate(parsing: text) }
  }

  @Test(arguments: ["chromium-156-trickle-candidates.json", "firefox-153-trickle-candidates.json"])
  func trickledCandidatesOfBrowsersAreRead(file: String) throws {
    struct Item: Decodable { var candidate: String }
    let items = try JSONDecoder().decode([Item?].self, from: Data(SDPVectors.text(file).utf8))
    let candidates = items.compactMap { $0?.candidate }.filter { !$0.isEmpty }
    #expect(candidates.count > 10)
    for text in candidates {
      let candidate = try ICECandidate(parsing: text)
      #expect(candidate.type == .host)
      #expect(try ICECandidate(parsing: candidate.attributeValue) == candidate)
    }
  }

  @Test func mutationsNeverCrashAndWhatIsReadCanBeWritten() throws {
    let original = Array("1 1 udp 1677729535 203.0.113.4 61000 typ srflx raddr 192.0.2.2 rport 51911 ufrag 33j2".utf8)
    let seed: UInt64 = 11
    var generator = SeededGenerator(seed: seed)
    for round in 0..<20_000 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        bytes[.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...127, using: &generator)
      }
      guard let candidate = try? ICECandidate(parsing: String(decoding: bytes, as: UTF8.self)) else { continue }
      #expect(try ICECandidate(parsing: candidate.attributeValue) == candidate, "seed \(seed), round \(round)")
    }
  }
}

@Suite struct LocalCandidatesTests {
  @Test func priorityFallsWithTheAddressAndTCPRanksBelowUDP() throws {
    let addresses = try ["2001:db8::1", "192.0.2.1", "10.0.0.1"].map { try #require(IPAddress($0)) }

    let candidates = LocalCandidates(addresses: addresses, udpPort: 3478, tcpPort: 3478).candidates

    #expect(candidates.count == 6)
    #expect(candidates[0].attributeValue == "1 1 udp 2130706431 2001:db8::1 3478 typ host")
    #expect(candidates[1].attributeValue == "2 1 tcp 1520435199 2001:db8::1 3478 typ host tcptype passive")
    let udp = candidates.filter { $0.transport == .udp }.map(\.priority)
    let tcp = candidates.filter { $0.transport == .tcp }.map(\.priority)
    #expect(udp == udp.sorted(by: >) && tcp == tcp.sorted(by: >))
    #expect(tcp.allSatisfy { $0 < udp.last! })
    #expect(Set(candidates.map(\.foundation)).count == 6)
    #expect(Set(candidates.map(\.priority)).count == 6)
  }

  @Test func withoutATCPPortThereIsNoTCP() throws {
    let candidates = LocalCandidates(addresses: [IPAddress(ipv4: 1)], udpPort: 1, tcpPort: nil).candidates
    #expect(candidates.map(\.transport) == [.udp])
  }
}
