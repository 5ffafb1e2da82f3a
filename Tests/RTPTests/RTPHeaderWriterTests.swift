import RTP
import Testing

struct RTPHeaderWriterTests {
  private static let fields = RTPHeaderFields(
    marker: true, payloadType: 96, sequenceNumber: SequenceNumber(rawValue: 7817), timestamp: 0xa1f2_5025,
    ssrc: SSRC(rawValue: 0x0d81_51c6))

  @Test func writesABareHeader() throws {
    let bytes = try [UInt8](capacity: 12) { output throws(WireError) in
      let writer = try RTPHeaderWriter(Self.fields, form: .none, into: &output)
      try writer.finish(into: &output)
    }

    #expect(bytes == [UInt8](hex: "80e01e89 a1f25025 0d8151c6"))
  }

  @Test func writesElementsInTheOneByteForm() throws {
    let bytes = try [UInt8](capacity: 64) { output throws(WireError) in
      let writer = try RTPHeaderWriter(Self.fields, form: .oneByte, into: &output)
      try writer.append(id: 9, bytes: [UInt8](hex: "30").span.bytes, into: &output)
      let offset = try writer.reserve(id: 4, byteCount: 2, into: &output)
      output.setUInt16(0x1234, at: offset)
      try writer.append(id: 14, AudioLevel(hasVoice: true, decibelsBelowOverload: 5), into: &output)
      try writer.finish(into: &output)
    }

    let expected = [UInt8](
      hex: """
        90e01e89 a1f25025 0d8151c6
        bede 0002  # one-byte form, two words
        90 30  # id 9, one byte
        41 1234  # id 4, two bytes
        e0 85  # id 14, one byte
        00  # padding
        """)
    #expect(bytes == expected)
  }

  @Test func writesElementsInTheTwoByteForm() throws {
    let sources = [UInt8](hex: "00000007")
    let bytes = try [UInt8](capacity: 64) { output throws(WireError) in
      let writer = try RTPHeaderWriter(Self.fields, csrcs: sources.span.bytes, form: .twoByte, into: &output)
      try writer.append(id: 15, bytes: RawSpan(), into: &output)
      try writer.append(id: 255, bytes: [UInt8](hex: "010203").span.bytes, into: &output)
      try writer.finish(into: &output)
    }

    let expected = [UInt8](
      hex: """
        91e01e89 a1f25025 0d8151c6 00000007
        1000 0002  # two-byte form, two words
        0f 00  # id 15, empty
        ff 03 010203  # id 255, three bytes
        00  # padding
        """)
    #expect(bytes == expected)
  }

  @Test func refusesElementsThatTheFormCannotCarry() {
    #expect(throws: WireError.valueTooLarge) { try Self.element(id: 15, byteCount: 1, form: .oneByte) }
    #expect(throws: WireError.valueTooLarge) { try Self.element(id: 1, byteCount: 17, form: .oneByte) }
    #expect(throws: WireError.valueTooLarge) { try Self.element(id: 1, byteCount: 0, form: .oneByte) }
    #expect(throws: WireError.valueTooLarge) { try Self.element(id: 1, byteCount: 256, form: .twoByte) }
    #expect(throws: WireError.invalidValue) { try Self.element(id: 0, byteCount: 1, form: .twoByte) }
    #expect(throws: WireError.invalidValue) { try Self.element(id: 1, byteCount: 1, form: .none) }
    #expect(throws: WireError.bufferFull) { try Self.element(id: 1, byteCount: 16, form: .oneByte, capacity: 32) }
  }

  @Test func choosesTheSmallestFormThatCarriesAll() {
    #expect(HeaderExtensionForm(id: 14, byteCount: 16) == .oneByte)
    #expect(HeaderExtensionForm(id: 15, byteCount: 1) == .twoByte)
    #expect(HeaderExtensionForm(id: 1, byteCount: 17) == .twoByte)
    #expect(HeaderExtensionForm(id: 1, byteCount: 0) == .twoByte)
    #expect(HeaderExtensionForm.none.union(.oneByte) == .oneByte)
    #expect(HeaderExtensionForm.twoByte.union(.oneByte) == .twoByte)
  }

  @Test(arguments: ChromiumAV1Capture.packets.indices) func writesAgainWhatABrowserSent(index: Int) throws {
    let captured = ChromiumAV1Capture.packets[index].bytes
    let header = try RTPHeader(parsing: captured.span.bytes)

    let written = try [UInt8](capacity: captured.count) { output throws(WireError) in
      let writer = try RTPHeaderWriter(header.fields, form: header.extensionForm, into: &output)
      var cursor = HeaderExtensionCursor(header)
      while let element = try cursor.next(in: captured.span.bytes) {
        try writer.append(id: element.id, bytes: captured.span.bytes.extracting(element.range), into: &output)
      }
      try writer.finish(into: &output)
    }

    #expect(written == captured)
  }

  private static func element(
    id: UInt8, byteCount: Int, form: HeaderExtensionForm, capacity: Int = 300
  ) throws(WireError) {
    _ = try [UInt8](capacity: capacity) { output throws(WireError) in
      let writer = try RTPHeaderWriter(Self.fields, form: form, into: &output)
      try writer.append(id: id, bytes: [UInt8](repeating: 1, count: byteCount).span.bytes, into: &output)
    }
  }
}

struct HeaderExtensionForwardingTests {
  private static func map(_ ids: [HeaderExtensionKind: UInt8]) throws -> HeaderExtensionMap {
    var map = HeaderExtensionMap()
    for (kind, id) in ids { try map.assign(id, to: kind) }
    return map
  }

  /// The second packet of the capture: seven extensions in the two-byte form.
  private static let captured = ChromiumAV1Capture.packets[1].bytes

  private static func chromium() throws -> HeaderExtensionMap {
    var map = HeaderExtensionMap()
    for (id, uri) in ChromiumAV1Capture.extensions {
      try map.assign(id, to: #require(HeaderExtensionKind(uri: uri)))
    }
    return map
  }

  @Test func passesOnOnlyWhatTheSubscriberKnowsAndWithItsIDs() throws {
    let forwarding = HeaderExtensionForwarding(
      source: try Self.chromium(), target: try Self.map([.videoOrientation: 12, .mid: 1, .videoTiming: 13]),
      allowsTwoByteForm: true)

    let (form, elements) = try Self.forward(Self.captured, forwarding)

    #expect(form == .oneByte)
    #expect(elements.map(\.id) == [12, 13])  // in the sender's order; mid names the stream and is not passed on
    #expect(elements.map(\.value) == [[0], [UInt8](hex: "010007000a000a000d00000000")])
  }

  @Test func leavesOutWhatNeedsTheTwoByteFormIfTheSubscriberDoesNotTakeIt() throws {
    let target = try Self.map([.dependencyDescriptor: 3, .videoOrientation: 4])
    let passing: HeaderExtensionKinds = [.init(.dependencyDescriptor), .init(.videoOrientation)]
    let forwardings = try [true, false].map { allowsTwoByteForm in
      HeaderExtensionForwarding(
        source: try Self.chromium(), target: target, passing: passing, allowsTwoByteForm: allowsTwoByteForm)
    }

    let mixed = try Self.forward(Self.captured, forwardings[0])
    let oneByteOnly = try Self.forward(Self.captured, forwardings[1])

    #expect(mixed.form == .twoByte)
    #expect(mixed.elements.map(\.id) == [4, 3])
    #expect(oneByteOnly.form == .oneByte)
    #expect(oneByteOnly.elements.map(\.id) == [4])
  }

  @Test func withoutCommonExtensionsThereIsNoBlock() throws {
    let forwarding = HeaderExtensionForwarding(
      source: try Self.chromium(), target: try Self.map([.audioLevel: 1]), allowsTwoByteForm: true)

    let (form, elements) = try Self.forward(Self.captured, forwarding)

    #expect(form == .none)
    #expect(elements.isEmpty)
  }

  private static func forward(
    _ packet: [UInt8], _ forwarding: HeaderExtensionForwarding
  ) throws -> (form: HeaderExtensionForm, elements: [(id: UInt8, value: [UInt8])]) {
    let header = try RTPHeader(parsing: packet.span.bytes)
    let form = try forwarding.form(of: header, in: packet.span.bytes)
    let written = try [UInt8](capacity: 200) { output throws(WireError) in
      let writer = try RTPHeaderWriter(header.fields, form: form, into: &output)
      try writer.append(forwarding, of: header, in: packet.span.bytes, into: &output)
      try writer.finish(into: &output)
    }
    let outgoing = try RTPHeader(parsing: written.span.bytes)
    #expect(outgoing.byteCount == written.count)
    #expect(outgoing.extensionForm == form)
    return (form, try HeaderExtensionElementTests.elements(of: written))
  }
}
