import RTP
import SFU
import ScriptedPeer
import TestSupport
import Testing

/// Sound that is sent twice where it is lost (RED, RFC 2198), and what becomes of it that publishers send.
@Suite(.serialized) struct RedundancyTests {
  private let microphone = MediaServer.Track("ann", .microphone)

  /// A speaker and a listener who are connected.
  private func meeting(
    repeating count: Int = 0, _ change: (RoomUnderTest.Member, RoomUnderTest.Member) -> Void = { _, _ in }
  ) throws -> (RoomUnderTest, speaker: RoomUnderTest.Member, listener: RoomUnderTest.Member) {
    let room = try RoomUnderTest()
    let (ann, bob) = (room.join("ann"), room.add("bob"))
    change(ann, bob)
    try #require(try room.run { ann.publishing.isConnected && bob.watching.isConnected })
    ann.publishing.microphoneLevel = 25
    ann.publishing.startMicrophone(every: .milliseconds(20), at: SystemClock.now, repeating: count)
    return (room, ann, bob)
  }

  private func received(by member: RoomUnderTest.Member, since start: Instant = .zero) -> [ReceivedMedia] {
    member.received(microphone).filter { $0.at >= start }
  }

  /// Which part of what was sent came, alone or with a later packet.
  private func share(_ media: [ReceivedMedia]) -> Double {
    let indices = Set(media.compactMap(\.index) + media.flatMap(\.repeated))
    guard let first = media.first?.index, let last = media.last?.index, last > first else { return 0 }
    return Double(indices.count { $0 >= first && $0 <= last }) / Double(last - first + 1)
  }

  @Test func whoLosesMuchGetsEveryPacketTwice() throws {
    let (room, _, bob) = try meeting { $1.loses = { $0 % 10 == 0 } }

    let isRepeated = try room.run(for: .seconds(15)) { received(by: bob).contains { !$0.repeated.isEmpty } }
    try room.run(for: .milliseconds(200))
    let start = SystemClock.now
    try room.run(for: .seconds(4))
    let media = received(by: bob, since: start)

    #expect(isRepeated, "as soon as reports on arrivals tell")
    #expect(media.count { $0.isRedundant } > media.count * 9 / 10)
    let alone = Double(media.count) / Double((media.last?.index ?? 0) - (media.first?.index ?? 0) + 1)
    #expect(alone < 0.96, "\(alone) came in time")
    #expect(share(media) >= 0.97, "\(share(media))")
    #expect(
      media.allSatisfy { packet in packet.repeated.allSatisfy { (1...2).contains((packet.index ?? 0) - $0) } })
    let neighbours = zip(media, media.dropFirst())
    #expect(neighbours.allSatisfy { $1.timestamp - $0.timestamp == ($1.sequence - $0.sequence) * 960 })
  }

  @Test func whoLosesNothingGetsNothingTwice() throws {
    let (room, _, bob) = try meeting()

    try room.run(for: .seconds(3))

    #expect(received(by: bob).count > 100)
    #expect(received(by: bob).allSatisfy { !$0.isRedundant })
  }

  @Test func whoDoesNotKnowItGetsNothingTwice() throws {
    let (room, _, bob) = try meeting {
      $1.watching.descriptions.knowsRedundancy = false
      $1.loses = { $0 % 8 == 0 }
    }

    try room.run(for: .seconds(4))

    #expect(received(by: bob).count > 100)
    #expect(received(by: bob).allSatisfy { !$0.isRedundant && $0.index != nil })
  }

  @Test func itEndsWhenTheNetworkIsGood() throws {
    let (room, _, bob) = try meeting { $1.loses = { $0 % 8 == 0 } }
    try #require(try room.run { received(by: bob).contains(where: \.isRedundant) })

    bob.loses = { _ in false }
    let isOver = try room.run(for: .seconds(15)) { received(by: bob).suffix(10).allSatisfy { !$0.isRedundant } }

    #expect(isOver)
  }

  @Test func whatAPublisherRepeatsIsNotPassedOn() throws {
    let (room, ann, bob) = try meeting(repeating: 2)

    try room.run(for: .seconds(1))
    let media = received(by: bob)

    #expect(media.count > 40 && media.count <= ann.publishing.microphone?.count ?? 0)
    #expect(media.allSatisfy { !$0.isRedundant })
    #expect(media.compactMap(\.index).haveNoGap, "each once, and whole")
    #expect(room.statistics.dropped[.malformed] == nil)
  }

  @Test func whatAPublisherLosesIsTakenFromWhatItRepeats() throws {
    let (room, _, bob) = try meeting(repeating: 2) { ann, _ in ann.losesOfItsOwn = { $0 % 5 == 0 || $0 % 5 == 1 } }

    try room.run(for: .seconds(2))
    let media = received(by: bob)

    #expect(media.count > 80)
    #expect(media.compactMap(\.index).haveNoGap)
    #expect(media.map { Int($0.sequence) }.haveNoGap)
    #expect(zip(media, media.dropFirst()).allSatisfy { $1.timestamp - $0.timestamp == 960 })
  }
}
