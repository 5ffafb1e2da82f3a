import RTP
import TestSupport
import Testing
import WebRTC

/// Which packets of a microphone that nobody hears are opened; they come every 20 ms.
@Suite struct SilenceGateTests {
  private var gate = SilenceGate()
  private var now = Instant(nanoseconds: 10_000_000_000)
  private var number = SequenceNumber(rawValue: 65_400)
  /// The numbers that were opened, and those that count as received though they were not.
  private var opened: [UInt16] = []
  private var settled: [UInt16] = []

  private mutating func send(_ level: UInt8?, _ count: Int, hasVoice: Bool = false) {
    let level = level.map { AudioLevel(hasVoice: hasVoice, decibelsBelowOverload: $0) }
    for _ in 0..<count {
      if !gate.skips(number, level, at: now) { open(number, level) }
      number = number.advanced(by: 1)
      now += .milliseconds(20)
    }
  }

  private mutating func open(_ number: SequenceNumber, _ level: AudioLevel?) {
    opened.append(number.rawValue)
    gate.open(number, level, at: now) { settled.append($0.rawValue) }
  }

  @Test mutating func oneSilentPacketASecondIsOpenedAndAllCountAsReceived() {
    gate.isClosed = true

    send(127, 500)
    send(20, 1)

    #expect((11...13).contains(opened.count), "\(opened.count) in ten seconds")
    #expect(opened.count + settled.count == 501, "over the wrap as well")
    #expect(Set(opened).isDisjoint(with: settled) && Set(opened).union(settled).count == 501)
  }

  @Test mutating func everythingIsOpenedOfAMicrophoneThatIsHeard() {
    send(127, 100)

    #expect(opened.count == 100 && settled.isEmpty)
  }

  @Test mutating func everythingIsOpenedForAWhileAfterASound() {
    gate.isClosed = true
    send(127, 60)
    opened = []

    send(40, 1)
    send(127, 40)

    #expect((25...26).contains(opened.count), "the sound and half a second: \(opened.count)")
  }

  @Test(arguments: [
    (64, false, false), (65, false, true), (79, true, false), (80, true, true), (127, true, true), (127, false, true),
  ])
  mutating func onlySilenceIsSkipped(level: Int, hasVoice: Bool, isSkipped: Bool) {
    gate.isClosed = true
    send(127, 10)
    opened = []

    send(UInt8(level), 1, hasVoice: hasVoice)

    #expect(opened.isEmpty == isSkipped)
  }

  @Test mutating func whatSaysNothingOfItsLevelIsOpened() {
    gate.isClosed = true
    send(127, 10)
    opened = []

    send(nil, 10)

    #expect(opened.count == 10)
  }

  @Test mutating func aNumberThatCameTwiceOrIsFarAheadIsOpened() {
    gate.isClosed = true
    send(127, 3)
    let silence = AudioLevel(hasVoice: false, decibelsBelowOverload: 127)

    let isRepetitionSkipped = gate.skips(number.advanced(by: -1), silence, at: now)
    let isOldOneSkipped = gate.skips(number.advanced(by: -3), silence, at: now)
    let isNextSkipped = gate.skips(number, silence, at: now)
    let isLastSkipped = gate.skips(number.advanced(by: 61), silence, at: now)
    let isFarOneSkipped = gate.skips(number.advanced(by: 62), silence, at: now)

    #expect(!isRepetitionSkipped && !isOldOneSkipped)
    #expect(isNextSkipped && isLastSkipped && !isFarOneSkipped, "64 numbers behind the first")
  }

  @Test mutating func nothingIsConcludedFromNumbersBehindWhichNothingAuthenticCame() {
    gate.isClosed = true
    send(127, 2)
    let silence = AudioLevel(hasVoice: false, decibelsBelowOverload: 127)
    for ahead in 10..<40 { _ = gate.skips(number.advanced(by: ahead), silence, at: now) }

    open(number, nil)
    let before = settled.count
    open(number.advanced(by: 12), nil)

    #expect(before == 1, "the second of the first two")
    #expect(settled.count == 3, "of those that were forged two are before a genuine one")
  }
}
