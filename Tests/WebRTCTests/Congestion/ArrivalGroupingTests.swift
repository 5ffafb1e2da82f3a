import RTP
import Testing
import WebRTC

@Suite struct ArrivalGroupingTests {
  @Test func groupsAreComparedByTheirLastPackets() {
    var grouping = ArrivalGrouping()

    // Frames of two packets each 33 ms; the second one arrives 4 ms later than its distance, the third ends it.
    let deltas = feed(&grouping, [(0, 20), (1, 22), (33, 53), (34, 59), (66, 90)])

    #expect(deltas == [nil, nil, nil, nil, ArrivalGrouping.Delta(sending: 33, arrival: 37)])
  }

  @Test func aPacedBurstIsOneGroup() {
    var grouping = ArrivalGrouping()

    // Slots of 5 ms for 30 ms, then a frame and another one.
    let burst = (0...6).map { ($0 * 5, 20 + $0 * 12) }
    let deltas = feed(&grouping, burst + [(66, 120), (100, 154)])

    #expect(deltas.compactMap { $0 } == [ArrivalGrouping.Delta(sending: 36, arrival: 28)])
  }

  @Test func trafficWithoutPausesIsCutIntoGroups() {
    var grouping = ArrivalGrouping()

    let deltas = feed(&grouping, (0..<200).map { ($0, 20 + $0) }).compactMap { $0 }

    #expect(deltas.count == 4)
    #expect(deltas.allSatisfy { $0 == ArrivalGrouping.Delta(sending: 36, arrival: 36) })
  }

  @Test func packetsThatCatchUpBelongToTheBurst() {
    var grouping = ArrivalGrouping()

    // Sent each 20 ms, held back by a radio, and delivered one after the other.
    let deltas = feed(&grouping, [(0, 20), (20, 100), (40, 101), (60, 102), (80, 122), (100, 142)])

    #expect(
      deltas.compactMap { $0 } == [
        ArrivalGrouping.Delta(sending: 60, arrival: 82), ArrivalGrouping.Delta(sending: 20, arrival: 20),
      ])
  }

  @Test func anOvertakenPacketIsLeftOut() {
    var grouping = ArrivalGrouping()

    let deltas = feed(&grouping, [(0, 20), (40, 60), (80, 100), (41, 105), (120, 140)])

    #expect(deltas.compactMap { $0 } == Array(repeating: ArrivalGrouping.Delta(sending: 40, arrival: 40), count: 2))
  }

  @Test func threeGroupsFromThePastBeginAnew() {
    var grouping = ArrivalGrouping()
    _ = feed(&grouping, [(0, 5000), (40, 5040)])

    let back = feed(&grouping, [(80, 100), (120, 140), (160, 180), (200, 220), (240, 260), (280, 300)])

    // First those before it, which could be compared.
    #expect(back.first == ArrivalGrouping.Delta(sending: 40, arrival: 40))
    #expect(back[1...4].allSatisfy { $0 == nil })
    #expect(back.last == ArrivalGrouping.Delta(sending: 40, arrival: 40))
  }

  /// Pairs of sending and arrival, in milliseconds.
  private func feed(_ grouping: inout ArrivalGrouping, _ packets: [(Int, Int)]) -> [ArrivalGrouping.Delta?] {
    packets.map { sent, arrival in
      grouping.add(
        ArrivedPacket(
          sentAt: .zero + .milliseconds(sent), arrival: .zero + .milliseconds(arrival), byteCount: 1000,
          cluster: .none))
    }
  }
}
