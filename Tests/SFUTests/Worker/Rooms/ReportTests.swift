import RTP
import SFU
import ScriptedPeer
import Testing

/// What a participant is told about what goes on.
@Suite(.serialized) struct ReportTests {
  @Test func whatIsPublishedAndWhatComesIsReported() throws {
    let room = try RoomUnderTest()
    let (ann, bob) = (room.join("ann"), room.add("bob"))
    ann.publishing.startCamera(every: .milliseconds(20), at: SystemClock.now)
    ann.publishing.startMicrophone(every: .milliseconds(20), at: SystemClock.now)
    room.subscribe(bob, to: .init("ann", .camera), .init("ann", .screen), .init("nobody", .camera))
    try room.run { bob.received("ann", .camera).count >= 10 && bob.received("ann", .microphone).count >= 10 }
    try room.run(for: .milliseconds(2100))

    let published = try room.report(of: ann)
    let subscribed = try room.report(of: bob)

    #expect(published.published.map(\.source) == [.microphone, .camera] && published.subscribed.isEmpty)
    let bits = try #require(published.published.last?.layers.first?.bitsPerSecond)
    #expect(bits > 60_000 && bits < 240_000, "fifty packets of 300 bytes a second are 120 kbit/s, not \(bits)")
    #expect(published.published.allSatisfy { $0.packetsLost == 0 && $0.layers.count == 1 })
    #expect(subscribed.published.isEmpty)
    let states = Dictionary(uniqueKeysWithValues: subscribed.subscribed.map { ($0.track, $0.state) })
    #expect(
      states == [
        .init("ann", .microphone): .active, .init("ann", .camera): .active, .init("ann", .screen): .absent,
        .init("nobody", .camera): .absent,
      ])
  }

  @Test func aTrackThatHasNotBegunIsStarting() throws {
    let room = try RoomUnderTest()
    let (ann, bob) = (room.join("ann"), room.add("bob"))
    room.subscribe(bob, to: .init("ann", .camera))
    try room.run { ann.publishing.isConnected && bob.watching.isConnected }
    try room.run(for: .milliseconds(50))

    let subscribed = try room.report(of: bob).subscribed

    #expect(subscribed.first { $0.track.source == .camera }?.state == .starting)
  }

  @Test func nobodyIsToldOfWhoIsUnknown() throws {
    let room = try RoomUnderTest()
    let ann = room.add("ann")

    room.perform(.report("bob"))
    let onlyOne = try room.report(of: ann)

    #expect(onlyOne == MediaServer.Report() && ann.reports.count == 1)
  }
}
