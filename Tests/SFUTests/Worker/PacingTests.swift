import RTP
import SFU
import ScriptedPeer
import Testing
import WebRTC

/// What becomes of a burst of video on its way to somebody whose network is being watched.
@Suite struct PacingTests {
  private static let burstCount = 40

  /// Bob sees Ann's camera, which has just stopped.
  private func room() throws -> (room: RoomUnderTest, ann: RoomUnderTest.Member, bob: RoomUnderTest.Member) {
    let room = try RoomUnderTest()
    room.reportsArrivals = true
    let (ann, bob) = (room.join("ann"), room.join("bob"))
    room.subscribe(bob, to: MediaServer.Track("ann", .camera))
    ann.publishing.startCamera(every: .milliseconds(20), at: SystemClock.now, byteCount: 1000)
    ann.publishing.startMicrophone(every: .milliseconds(20), at: SystemClock.now)
    try #require(
      try room.run { bob.received("ann", .camera).count >= 5 && bob.received("ann", .microphone).count >= 5 })
    ann.publishing.camera?.stop()
    ann.publishing.microphone?.stop()
    try room.run(for: .milliseconds(100))
    return (room, ann, bob)
  }

  /// Sends a burst and a word at once, and turns the loop until it has them; how many packets of either left in that turn.
  private func sendBurst(of ann: RoomUnderTest.Member, in room: RoomUnderTest) throws -> UInt64 {
    let (camera, microphone) = (try #require(ann.publishing.camera), try #require(ann.publishing.microphone))
    for number in camera.count..<camera.count + Self.burstCount {
      ann.publishing.send(camera.packet(number), isRepair: false, at: SystemClock.now)
    }
    ann.publishing.send(
      microphone.packet(microphone.count), isRepair: false, on: Browser.microphoneStream, at: SystemClock.now)
    while true {
      let turn = try room.countedTurn()
      if turn.forwarded > 0 { return turn.forwarded }
    }
  }

  @Test func aBurstLeavesInPartsAndWhole() throws {
    let (room, ann, bob) = try room()
    let before = (bob.received("ann", .camera).count, bob.received("ann", .microphone).count)

    let atOnce = try sendBurst(of: ann, in: room)
    try room.run { bob.received("ann", .microphone).count > before.1 }
    let seenWithTheWord = bob.received("ann", .camera).count - before.0
    try room.run { bob.received("ann", .camera).count == before.0 + Self.burstCount }

    #expect((2...20).contains(atOnce), "\(atOnce)")
    #expect(seenWithTheWord < Self.burstCount, "sound does not wait for pictures")
    #expect(bob.received("ann", .camera).count == before.0 + Self.burstCount)
    #expect(bob.received("ann", .camera).compactMap(\.index).haveNoGap)
    #expect(bob.received("ann", .camera).map { Int($0.sequence) }.haveNoGap)
  }

  @Test func whoeverLeavesMeanwhileIsSentNothingMore() throws {
    let (room, ann, bob) = try room()

    _ = try sendBurst(of: ann, in: room)
    room.remove(bob)
    let sent = room.statistics.mediaPacketsOut
    try room.run(for: .milliseconds(60))

    #expect(room.statistics.mediaPacketsOut == sent)
  }

  @Test func packetsThatAreNotKeptAnyLongerAreNotSentFromTheirSlots() throws {
    let (room, ann, bob) = try room()
    let (before, first) = (bob.watching.received.count, try #require(ann.publishing.camera?.count))
    let camera = try #require(bob.received("ann", .camera).first?.stream)

    let atOnce = try sendBurst(of: ann, in: room)
    room.remove(ann)
    try room.run(for: .milliseconds(60))

    let numbers = bob.watching.received[before...].filter { $0.stream == camera }.compactMap(\.index)
    #expect(numbers.count < Int(atOnce) && numbers == Array((first...).prefix(numbers.count)), "\(numbers)")
  }
}

/// Descriptors that wait.
@Suite struct WaitingListTests {
  private func descriptor(_ number: Int64, byteCount: Int = 100) -> SendList.Descriptor {
    var slab = PacketSlab(slotCount: 1)
    guard let slot = slab.take() else { preconditionFailure("it has one") }
    let kept = PacketCache.Entry(
      sequence: number, timestamp: 0, slot: slot, arrival: .zero, payload: 12..<20,
      byteCount: byteCount, payloadType: 96, marker: false)
    let packet = OutgoingPacket(
      payloadType: 96, sequence: SequenceNumber(rawValue: 0), timestamp: 0, marker: false, source: number)
    return SendList.Descriptor(kept, .none, packet, .video)
  }

  @Test func eachSubscribersLeaveInTheirOrder() {
    var list = WaitingList()
    var (first, second) = (WaitingList.Chain(), WaitingList.Chain())
    for number in 0..<6 as Range<Int64> {
      let isFirst = number.isMultiple(of: 2)
      let now = Instant.zero + .milliseconds(number)
      #expect(
        isFirst
          ? list.append(descriptor(number), to: &first, at: now) : list.append(descriptor(number), to: &second, at: now)
      )
    }

    #expect((first.count, first.byteCount, first.oldest) == (3, 300, .zero))
    #expect(list.removeFirst(of: &second)?.packet.source == 1)
    #expect(second.oldest == .zero + .milliseconds(3))
    #expect((0..<4).map { _ in list.removeFirst(of: &first)?.packet.source } == [0, 2, 4, nil])
    #expect(first.isEmpty && first.byteCount == 0)
    #expect(list.removeFirst(of: &second)?.packet.source == 3)
  }

  @Test func itsPlacesAreUsedAgainAndBounded() {
    var list = WaitingList()
    var chain = WaitingList.Chain()
    for _ in 0..<2 {
      for number in 0..<Int64(WaitingList.capacity) { #expect(list.append(descriptor(number), to: &chain, at: .zero)) }
      #expect(!list.append(descriptor(0), to: &chain, at: .zero))
      for number in 0..<Int64(WaitingList.capacity) { #expect(list.removeFirst(of: &chain)?.packet.source == number) }
    }
    #expect(chain.isEmpty)
  }
}
