import NIOCore
import NIOWebSocket
import Signaling
import Testing

@Suite struct WebSocketMachineTests {
  private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000)
  private static let mask: WebSocketMaskingKey = [1, 2, 3, 4]

  private func frame(
    _ opcode: WebSocketOpcode, _ bytes: [UInt8] = [], fin: Bool = true, isMasked: Bool = true, rsv1: Bool = false
  ) -> WebSocketFrame {
    var data = ByteBuffer(bytes: bytes)
    if isMasked { data.webSocketMask(Self.mask) }
    return WebSocketFrame(fin: fin, rsv1: rsv1, opcode: opcode, maskKey: isMasked ? Self.mask : nil, data: data)
  }

  private func machine(_ change: (inout WebSocketLimits) -> Void = { _ in }) -> WebSocketMachine {
    var limits = WebSocketLimits()
    change(&limits)
    return WebSocketMachine(limits: limits, now: Self.start)
  }

  @Test func deliversAMessageInOneFrameOrInMany() {
    var machine = machine()

    #expect(machine.receive(frame(.text, Array("tea".utf8)), at: Self.start) == .message(ByteBuffer(string: "tea")))

    // The two bytes of ü are split between frames, and a ping comes in between (RFC 6455 §5.4).
    #expect(machine.receive(frame(.text, [0x66, 0xC3], fin: false), at: Self.start) == nil)
    #expect(machine.receive(frame(.ping, [9]), at: Self.start) == .sendPong(ByteBuffer(bytes: [9])))
    #expect(machine.receive(frame(.continuation, [0xBC], fin: false), at: Self.start) == nil)
    #expect(machine.receive(frame(.continuation), at: Self.start) == .message(ByteBuffer(string: "fü")))
  }

  @Test(arguments: [[0xC3], [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]] as [[UInt8]])
  func refusesTextThatIsNotUTF8(bytes: [UInt8]) {
    var machine = machine()
    #expect(machine.receive(frame(.text, bytes), at: Self.start) == .refuse(.invalidUTF8))
  }

  @Test func refusesBinary() {
    var machine = machine()
    #expect(machine.receive(frame(.binary, [1]), at: Self.start) == .refuse(.binary))
  }

  @Test func boundsTheSumOfFragments() {
    var machine = machine { $0.messageBytes = 4 }

    #expect(machine.receive(frame(.text, [65, 65], fin: false), at: Self.start) == nil)
    #expect(machine.receive(frame(.continuation, [65, 65], fin: false), at: Self.start) == nil)
    #expect(machine.receive(frame(.continuation, [65]), at: Self.start) == .refuse(.tooLarge))
  }

  @Test func boundsTheNumberOfFragments() {
    var machine = machine { $0.fragments = 2 }

    #expect(machine.receive(frame(.text, fin: false), at: Self.start) == nil)
    #expect(machine.receive(frame(.continuation, fin: false), at: Self.start) == nil)
    #expect(machine.receive(frame(.continuation, fin: false), at: Self.start) == .refuse(.tooLarge))
  }

  @Test func boundsThePingsAndPongsOfAnInterval() {
    var machine = machine { $0.controlFrames = 2 }

    #expect(machine.receive(frame(.ping), at: Self.start) == .sendPong(ByteBuffer()))
    #expect(machine.receive(frame(.pong), at: Self.start) == nil)
    #expect(machine.beat(at: Self.start) == .sendPing)
    #expect(machine.receive(frame(.ping), at: Self.start) == .sendPong(ByteBuffer()))
    #expect(machine.receive(frame(.ping), at: Self.start) == .sendPong(ByteBuffer()))
    #expect(machine.receive(frame(.ping), at: Self.start) == .refuse(.tooMany))
  }

  @Test func namesEveryBreachOfTheProtocol() {
    let breaches = [
      frame(.text, [65], isMasked: false), frame(.text, [65], rsv1: true), frame(.continuation, [65]),
      frame(WebSocketOpcode(encodedWebSocketOpcode: 0x3)!, [65]),  // the force-unwrap holds: a reserved opcode
      frame(.connectionClose, [3]),
    ]
    for breach in breaches {
      var machine = machine()
      #expect(machine.receive(breach, at: Self.start) == .violation)
    }

    var machine = machine()
    #expect(machine.receive(frame(.text, [65], fin: false), at: Self.start) == nil)
    #expect(machine.receive(frame(.text, [65]), at: Self.start) == .violation)
  }

  @Test func answersACloseWithItsOwnCode() {
    var withCode = machine()
    #expect(withCode.receive(frame(.connectionClose, [0x03, 0xE9, 0x62]), at: Self.start) == .answerClose(.goingAway))
    #expect(withCode.receive(frame(.text, [65]), at: Self.start) == nil)

    var withoutCode = machine()
    #expect(withoutCode.receive(frame(.connectionClose), at: Self.start) == .answerClose(nil))
  }

  @Test func waitsForThePeersCloseAfterItsOwn() {
    var machine = machine()

    let began = machine.beginClosing()
    let beganAgain = machine.beginClosing()

    #expect(began && !beganAgain)
    #expect(machine.receive(frame(.text, [65]), at: Self.start) == nil)
    #expect(machine.receive(frame(.connectionClose, [0x03, 0xE8]), at: Self.start) == .finished)
  }

  @Test func pingsUntilNothingWasHeardForTwentySeconds() {
    var machine = machine()

    #expect(machine.beat(at: Self.start + .seconds(10)) == .sendPing)
    #expect(machine.receive(frame(.pong), at: Self.start + .milliseconds(10_100)) == nil)
    #expect(machine.beat(at: Self.start + .seconds(20)) == .sendPing)
    #expect(machine.beat(at: Self.start + .seconds(30)) == .sendPing)
    #expect(machine.beat(at: Self.start + .milliseconds(30_100)) == .refuse(.unresponsive))
  }
}
