import RTP
import STUN
import TestSupport
import Testing

/// Connectivity checks that browsers exchanged, with the credentials they used.
@Suite struct CapturedSTUNTests {
  /// One line of a vector file.
  struct Captured: CustomTestStringConvertible {
    let key: STUNIntegrityKey
    let source: TransportAddress
    let bytes: [UInt8]
    var testDescription: String { "\(source)" }
  }

  static let files = ["chromium-156-simulcast-VP8-stun.txt", "firefox-153-simulcast-VP8-stun.txt"]

  /// First line: `# offerer ufrag U pwd P; answerer ufrag U pwd P`; then `from->to IP PORT -> IP PORT HEX`.
  static func captured(_ file: String) throws -> [Captured] {
    let lines = try vectorLines(file)
    let words = lines[0].split(whereSeparator: { " ;".contains($0) })
    let (offerer, answerer) = (words[5], words[10])
    return lines.dropFirst().map { line in
      let words = line.split(separator: " ")
      let bytes = bytes(String(words[6]))
      let isRequest = bytes[0] == 0
      // A request is protected by the password of the one who is asked, and so is the answer.
      let asksOfferer = words[0] == "answerer->offerer" ? isRequest : !isRequest
      return Captured(
        key: STUNIntegrityKey(password: (asksOfferer ? offerer : answerer).utf8),
        source: TransportAddress(String(words[isRequest ? 1 : 4]), UInt16(words[isRequest ? 2 : 5])!),
        bytes: bytes)
    }
  }

  @Test(arguments: files)
  func integrityAndFingerprintOfBrowsersAreRight(file: String) throws {
    for captured in try Self.captured(file) {
      let message = try STUNMessage(captured.bytes)
      #expect(message.hasIntegrity(madeWith: captured.key, in: captured.bytes))
      #expect(message.hasFingerprint(in: captured.bytes))
    }
  }

  @Test(arguments: files)
  func responsesNameTheSourceOfTheirRequest(file: String) throws {
    let responses = try Self.captured(file).filter { $0.bytes[0] == 1 }
    #expect(!responses.isEmpty)
    for response in responses {
      let attributes = try STUNMessage(response.bytes).attributes(in: response.bytes)
      #expect(attributes.first == .xorMappedAddress(response.source))
    }
  }

  @Test func chromiumSendsItsNetworkCostBeforeTheIntegrity() throws {
    let request = try #require(try Self.captured(Self.files[0]).first).bytes

    let attributes = try STUNMessage(request).attributes(in: request)

    #expect(attributes.contains(.unknown(STUNAttributeType(rawValue: 0xC057), 40..<44)))
  }

  @Test(arguments: files)
  func mutationsNeverCrashNorPassTheIntegrity(file: String) throws {
    let seed: UInt64 = 0x5354_554e
    var generator = SeededGenerator(seed: seed)
    let vectors = try Self.captured(file)
    for round in 0..<20_000 {
      let vector = vectors.randomElement(using: &generator)!  // the file is not empty
      var bytes = vector.bytes
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        bytes[.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
      }
      if Bool.random(using: &generator) { bytes.removeLast(.random(in: 0..<bytes.count, using: &generator)) }
      guard let message = try? STUNMessage(bytes), bytes != vector.bytes else { continue }
      _ = try? message.attributes(in: bytes)
      let protectedEnd = message.integrityOffset.map { $0 + 24 } ?? 0
      guard !bytes[..<protectedEnd].elementsEqual(vector.bytes[..<protectedEnd]) else { continue }
      #expect(!message.hasIntegrity(madeWith: vector.key, in: bytes), "seed \(seed), round \(round)")
    }
  }
}
