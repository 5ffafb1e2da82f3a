import RTP
import Testing

/// Expects `value` and the bytes of `hex` to become each other, and no other length to be read.
func expectWireForm<Value: HeaderExtension>(
  _ value: Value, _ hex: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let bytes = [UInt8](hex: hex)
  let written = try [UInt8](capacity: 64) { output throws(WireError) in try value.write(into: &output) }
  #expect(written == bytes, sourceLocation: sourceLocation)
  #expect(value.byteCount == bytes.count, sourceLocation: sourceLocation)
  #expect(try Value(parsing: bytes.span.bytes) == value, sourceLocation: sourceLocation)
}

/// Expects the value to be refused with `error`.
func expectRefusal<Value: HeaderExtension>(
  _ type: Value.Type, _ hex: String, _ error: WireError, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(throws: error, sourceLocation: sourceLocation) { try Value(parsing: [UInt8](hex: hex).span.bytes) }
}

struct StreamIdentifierTests {
  @Test func keepsNamesOfOneToSixteenBytes() throws {
    try expectWireForm(#require(StreamIdentifier("0")), "30")
    try expectWireForm(#require(StreamIdentifier("video-01")), "766964656f2d3031")
    try expectWireForm(#require(StreamIdentifier("0123456789abcdef")), "30313233343536373839616263646566")
    #expect(StreamIdentifier("0123456789abcdef")?.description == "0123456789abcdef")
  }

  @Test func refusesNamesThatAreEmptyTooLongOrNoToken() {
    expectRefusal(StreamIdentifier.self, "", .invalidLength)
    expectRefusal(StreamIdentifier.self, "3031323334353637383961626364656667", .invalidLength)
    for byte in ["00", "20", "7f", "80", "22", "2c"] { expectRefusal(StreamIdentifier.self, byte, .invalidValue) }
    #expect(StreamIdentifier("two words") == nil)
  }

  @Test func namesThatDifferInLengthOnlyAreDifferent() {
    #expect(StreamIdentifier("a") != StreamIdentifier("aa"))
    #expect(StreamIdentifier("0123456789abcdef") != StreamIdentifier("0123456789abcdeg"))
  }
}

struct AudioLevelTests {
  @Test func readsVoiceAndLevel() throws {
    try expectWireForm(AudioLevel(hasVoice: true, decibelsBelowOverload: 5), "85")
    try expectWireForm(AudioLevel(hasVoice: false, decibelsBelowOverload: AudioLevel.silence), "7f")
    #expect(AudioLevel(hasVoice: false, decibelsBelowOverload: 200).decibelsBelowOverload == 127)
  }

  @Test func isOneByteLong() {
    expectRefusal(AudioLevel.self, "", .invalidLength)
    expectRefusal(AudioLevel.self, "8500", .invalidLength)
  }
}

struct AbsoluteSendTimeTests {
  @Test func countsSecondsInTheUpperSixBits() throws {
    try expectWireForm(AbsoluteSendTime(rawValue: 0x83241c), "83241c")
    #expect(AbsoluteSendTime(Instant(nanoseconds: 1_500_000_000)).rawValue == 0x06_0000)
    #expect(AbsoluteSendTime(Instant(nanoseconds: 64_000_000_000)).rawValue == 0)
    #expect(AbsoluteSendTime(Instant(nanoseconds: .max)).rawValue < 1 << 24)
  }

  @Test func differencesTakeTheNearerWayAround() {
    let late = AbsoluteSendTime(Instant(nanoseconds: 63_750_000_000))
    let early = AbsoluteSendTime(Instant(nanoseconds: 64_250_000_000))

    #expect(early.duration(since: late) == .milliseconds(500))
    #expect(late.duration(since: early) == .milliseconds(-500))
  }

  @Test func isThreeBytesLong() {
    expectRefusal(AbsoluteSendTime.self, "8324", .invalidLength)
    expectRefusal(AbsoluteSendTime.self, "83241c00", .invalidLength)
  }
}

struct TransportSequenceNumberTests {
  @Test func countsPackets() throws {
    try expectWireForm(TransportSequenceNumber(SequenceNumber(rawValue: 0x1234)), "1234")
  }

  @Test func asksForFeedbackInVersionTwo() throws {
    let request = TransportSequenceNumber.FeedbackRequest(includesTimestamps: true, packetCount: 5)

    try expectWireForm(TransportSequenceNumber(SequenceNumber(rawValue: 7), feedbackRequest: request), "0007 8005")
  }

  @Test func aRequestForNoPacketsIsNone() throws {
    let value = try TransportSequenceNumber(parsing: [UInt8](hex: "00078000").span.bytes)

    #expect(value.feedbackRequest == nil)
  }

  @Test func isTwoOrFourBytesLong() {
    for hex in ["", "00", "000000", "0000000000"] { expectRefusal(TransportSequenceNumber.self, hex, .invalidLength) }
  }
}

struct PlayoutDelayTests {
  @Test func countsInSteps0fTenMilliseconds() throws {
    try expectWireForm(PlayoutDelay(minimum: .milliseconds(400), maximum: .milliseconds(2000)), "0280c8")
    let rounded = PlayoutDelay(minimum: .milliseconds(19), maximum: .seconds(50))
    #expect(rounded.minimum == .milliseconds(10))
    #expect(rounded.maximum == .milliseconds(40950))
  }

  @Test func refusesAMaximumBelowTheMinimum() {
    expectRefusal(PlayoutDelay.self, "002001", .invalidValue)
    expectRefusal(PlayoutDelay.self, "0020", .invalidLength)
  }
}

struct AbsoluteCaptureTimeTests {
  @Test func carriesAnOptionalClockOffset() throws {
    let time = NTPTime(rawValue: 0xeac8_4514_5046_0404)

    try expectWireForm(AbsoluteCaptureTime(captureTime: time), "eac8451450460404")
    try expectWireForm(AbsoluteCaptureTime(captureTime: time, clockOffset: -1), "eac8451450460404 ffffffffffffffff")
  }

  @Test func isEightOrSixteenBytesLong() {
    expectRefusal(AbsoluteCaptureTime.self, "eac84514504604", .invalidLength)
    expectRefusal(AbsoluteCaptureTime.self, "eac8451450460404ff", .invalidLength)
  }
}

struct VideoOrientationTests {
  @Test func readsCameraFlipAndRotation() throws {
    try expectWireForm(VideoOrientation(rotation: .none), "00")
    try expectWireForm(VideoOrientation(isBackCamera: true, isFlipped: true, rotation: .threeQuarters), "0f")
  }

  @Test func ignoresReservedBits() throws {
    #expect(try VideoOrientation(parsing: [UInt8](hex: "f1").span.bytes) == VideoOrientation(rotation: .quarter))
    expectRefusal(VideoOrientation.self, "0000", .invalidLength)
  }
}
