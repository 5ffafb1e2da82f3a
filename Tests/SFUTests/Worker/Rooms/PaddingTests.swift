import RTP
import SFU
import ScriptedPeer
import Testing
import WebRTC

/// What becomes of packets with nothing but padding, which come under the numbers of a stream where there is no retransmission.
@Suite(.serialized) struct PaddingTests {
  private let camera = MediaServer.Track("ann", .camera)
  private let frames = FrameSource(
    payloadType: BrowserDescriptions.videoType, first: SequenceNumber(rawValue: 1000), every: .milliseconds(20),
    from: .zero, byteCount: 1000)

  @Test func paddingThatIsOvertakenByLargerPacketsFillsItsPlace() throws {
    let room = try RoomUnderTest()
    let (ann, bob) = (room.join("ann"), room.add("bob"))
    room.subscribe(bob, to: camera)
    try #require(try room.run { ann.publishing.isConnected && bob.watching.isConnected })

    for number in 0..<5 { try send(number, by: ann, in: room) }
    try send(6, by: ann, in: room)
    try send(padding(5), by: ann, in: room)
    for number in 7..<30 { try send(number, by: ann, in: room) }

    let arrives = try room.run { bob.received(camera).contains { $0.index == 29 } }
    #expect(arrives)
    let came = bob.received(camera)
    let first = try #require(came.first)
    #expect(came.map { Int($0.sequence - first.sequence) } == Array(0..<30).filter { $0 != 5 })
    #expect(came.map(\.index) == Array(0..<30).filter { $0 != 5 })
  }

  private func send(_ number: Int, by member: RoomUnderTest.Member, in room: RoomUnderTest) throws {
    try send(frames.packet(number), by: member, in: room)
  }

  private func send(
    _ packet: FrameSource.Packet, by member: RoomUnderTest.Member, in room: RoomUnderTest
  ) throws {
    member.publishing.send(packet, isRepair: false, at: SystemClock.now)
    try room.run(for: .milliseconds(10))
  }

  private func padding(_ number: Int) -> FrameSource.Packet {
    var outgoing = frames.packet(number).outgoing
    outgoing.rewriting.payload = .padding
    return FrameSource.Packet(outgoing: outgoing, payload: [])
  }
}
