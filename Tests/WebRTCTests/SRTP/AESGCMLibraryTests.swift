import Glibc
import RTP
import TestSupport
import Testing
import WebRTC

/// Every library that can encrypt makes the same bytes, takes those of the others, and touches no others.
struct AESGCMLibraryTests {
  static let usable = AESGCM.Library.allCases.filter(\.isUsable)

  /// By what the kernel says of the processor.
  @Test func theFastestIsUsedWhereTheProcessorHasItsInstructions() throws {
    var canRun = false
    #if arch(x86_64)
      let file = try #require(fopen("/proc/cpuinfo", "r"))
      defer { fclose(file) }
      var line = [CChar](repeating: 0, count: 16_384)
      while fgets(&line, Int32(line.count), file) != nil {
        let words = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
          .split(whereSeparator: \.isWhitespace)
        if words.first == "flags" { canRun = Set(words).isSuperset(of: ["aes", "pclmulqdq", "sse4_2"]) }
      }
    #endif

    #expect(AESGCM.Library.multiBuffer.isUsable == canRun)
    #expect(AESGCM.Library.best == (canRun ? .multiBuffer : .openSSL))
  }

  @Test(arguments: usable, [16, 32])
  func sealsAsOpenSSLDoesAndOpensWhatItSeals(library: AESGCM.Library, keyByteCount: Int) {
    let seed: UInt64 = 0x5116
    var generator = SeededGenerator(seed: seed)
    let (ours, reference) = (Ends(library, keyByteCount), Ends(.openSSL, keyByteCount))

    for number in 0..<3000 {
      let message = Message(number, using: &generator)
      let (sealed, expected) = (message.sealed(by: ours), message.sealed(by: reference))

      #expect(sealed == expected, "seed \(seed), message \(number)")
      #expect(message.opened(expected, by: ours) == message.plain, "seed \(seed), message \(number)")
      #expect(message.opened(sealed, by: reference) == message.plain, "seed \(seed), message \(number)")
    }
  }

  @Test(arguments: usable, [16, 32])
  func refusesWhatWasChangedAnywhere(library: AESGCM.Library, keyByteCount: Int) {
    let seed: UInt64 = 0x5117
    var generator = SeededGenerator(seed: seed)
    let ends = Ends(library, keyByteCount)

    for number in 0..<500 {
      let message = Message(number, using: &generator)
      let sealed = message.sealed(by: ends)
      let tagBit = Int.random(in: (sealed.count - 16) * 8..<sealed.count * 8, using: &generator)
      for bit in [Int.random(in: 0..<sealed.count * 8, using: &generator), tagBit] {
        var changed = sealed
        changed[bit / 8] ^= 1 << UInt8(bit % 8)
        #expect(message.opened(changed, by: ends) == nil, "seed \(seed), message \(number), bit \(bit)")
      }
      #expect(message.opened(sealed, by: ends) == message.plain)
    }
  }

  @Test(arguments: usable, [16, 32])
  func sealsReportsAsOpenSSLDoesAndOpensWhatItSeals(library: AESGCM.Library, keyByteCount: Int) {
    let (ours, reference) = (Ends(library, keyByteCount), Ends(.openSSL, keyByteCount))
    let ssrc = SSRC(rawValue: 0xcafe_babe)

    for count in 8...400 {
      let plain = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
      var (packet, expected) = (plain + [UInt8](repeating: 0, count: 20), plain + [UInt8](repeating: 0, count: 20))
      packet.withPacketBytes(8) { ours.sealing.sealRTCP($0, ssrc: ssrc, index: UInt32(count)) }
      expected.withPacketBytes(8) { reference.sealing.sealRTCP($0, ssrc: ssrc, index: UInt32(count)) }

      #expect(packet == expected, "\(count) bytes")
      let isAuthentic = packet.withPacketBytes(8) { ours.opening.openRTCP($0, ssrc: ssrc, index: UInt32(count)) }
      #expect(isAuthentic, "\(count) bytes")
      #expect(Array(packet.prefix(count)) == plain, "\(count) bytes")
    }
  }

  /// A read or a write beyond the packet or its source would end the program: no memory is there.
  @Test(arguments: usable, [16, 32])
  func touchesNothingBesideThePacket(library: AESGCM.Library, keyByteCount: Int) throws {
    let (packets, sources) = (try GuardedPage(), try GuardedPage())
    let ends = Ends(library, keyByteCount)
    let ssrc = SSRC(rawValue: 1)

    for count in Array(0...520) + [1100, 1500] {
      for atEnd in [false, true] {
        let bytes = packets.bytes(12 + count + AESGCM.tagByteCount, atEnd: atEnd)
        let packet = SRTPPacketBytes(bytes: bytes, headerByteCount: 12)
        let source = sources.bytes(count, atEnd: atEnd)
        source.initializeMemory(as: UInt8.self, repeating: UInt8(truncatingIfNeeded: count))

        let plaintext = SRTPPlaintext(byteCountInPlace: 0, appended: UnsafeRawBufferPointer(source))
        ends.sealing.sealRTP(packet, plaintext, ssrc: ssrc, index: UInt64(count))

        let isAuthentic = ends.opening.openRTP(packet, ssrc: ssrc, index: UInt64(count))
        #expect(isAuthentic, "\(count) bytes")
        #expect(bytes[12..<(12 + count)].allSatisfy { $0 == UInt8(truncatingIfNeeded: count) }, "\(count) bytes")
      }
    }
  }

  /// Workers seal at the same time, each with keys of its own.
  @Test(arguments: usable)
  func sealsOnSeveralThreadsAtOnce(library: AESGCM.Library) async {
    let sealed = await withTaskGroup(of: (UInt64, [UInt8]).self) { group in
      for seed in UInt64(0)..<4 { group.addTask { (seed, Self.sum(of: 3000, seed: seed, by: library)) } }
      return await group.reduce(into: [UInt64: [UInt8]]()) { $0[$1.0] = $1.1 }
    }

    for seed in UInt64(0)..<4 {
      #expect(sealed[seed] == Self.sum(of: 3000, seed: seed, by: .openSSL), "seed \(seed)")
    }
  }

  /// All that was sealed, one upon the other.
  private static func sum(of messageCount: Int, seed: UInt64, by library: AESGCM.Library) -> [UInt8] {
    var generator = SeededGenerator(seed: seed)
    let ends = Ends(library, 16, firstKeyByte: UInt8(seed))
    var sum = [UInt8](repeating: 0, count: 2048)
    for number in 0..<messageCount {
      for (index, byte) in Message(number, using: &generator).sealed(by: ends).enumerated() { sum[index] ^= byte }
    }
    return sum
  }
}

/// Both directions of one key.
private final class Ends {
  let sealing: AESGCMTransform
  let opening: AESGCMTransform

  init(_ library: AESGCM.Library, _ keyByteCount: Int, firstKeyByte: UInt8 = 3) {
    let key = (0..<keyByteCount).map { firstKeyByte &+ UInt8($0) }
    let salt = (0..<12).map { 0xa0 + UInt8($0) }
    sealing = AESGCMTransform(key: key, salt: salt, direction: .seal, library: library)
    opening = AESGCMTransform(key: key, salt: salt, direction: .open, library: library)
  }
}

/// A packet of any length, with any part of its payload in place, and with or without padding.
private struct Message {
  private let header: [UInt8]
  private let payload: [UInt8]
  private let byteCountInPlace: Int
  private let fill: Int
  private let ssrc: SSRC
  private let index: UInt64

  init(_ number: Int, using generator: inout SeededGenerator) {
    // The fixed header, sources that contributed, extensions of up to 64 words.
    let headerByteCount = 12 + 4 * Int.random(in: 0...80, using: &generator)
    let payloadByteCount = Int.random(in: 0...1500, using: &generator)
    header = (0..<headerByteCount).map { _ in .random(in: 0...255, using: &generator) }
    payload = (0..<payloadByteCount).map { _ in .random(in: 0...255, using: &generator) }
    let part = Int.random(in: 0...payloadByteCount, using: &generator)
    byteCountInPlace = [0, 2, part, payloadByteCount].map { min($0, payloadByteCount) }[number % 4]
    fill = number % 3 == 0 ? Int.random(in: 1...255, using: &generator) : 0
    ssrc = SSRC(rawValue: .random(in: 0...UInt32.max, using: &generator))
    index = UInt64(number)
  }

  var plain: [UInt8] {
    guard fill > 0 else { return header + payload }
    return header + payload + [UInt8](repeating: 0, count: fill - 1) + [UInt8(fill)]
  }

  func sealed(by ends: Ends) -> [UInt8] {
    let room = payload.count - byteCountInPlace + fill + AESGCM.tagByteCount
    var packet = header + payload.prefix(byteCountInPlace) + [UInt8](repeating: 0xee, count: room)
    packet.withPacketBytes(header.count) { packet in
      payload[byteCountInPlace...].withUnsafeBytes {
        let plaintext = SRTPPlaintext(byteCountInPlace: byteCountInPlace, appended: $0, fill: fill)
        ends.sealing.sealRTP(packet, plaintext, ssrc: ssrc, index: index)
      }
    }
    return packet
  }

  /// What was sealed, or nil if it is not authentic.
  func opened(_ sealed: [UInt8], by ends: Ends) -> [UInt8]? {
    var packet = sealed
    let isAuthentic = packet.withPacketBytes(header.count) { ends.opening.openRTP($0, ssrc: ssrc, index: index) }
    return isAuthentic ? packet.dropLast(AESGCM.tagByteCount) : nil
  }
}

/// A page of memory between two that cannot be touched.
private final class GuardedPage {
  private static let byteCount = Int(getpagesize())

  private let memory: UnsafeMutableRawPointer

  init() throws {
    let memory = mmap(nil, 3 * Self.byteCount, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    self.memory = try #require(memory == MAP_FAILED ? nil : memory)
    try #require(mprotect(self.memory + Self.byteCount, Self.byteCount, PROT_READ | PROT_WRITE) == 0)
  }

  deinit { munmap(memory, 3 * Self.byteCount) }

  /// The first or the last bytes of the page.
  func bytes(_ count: Int, atEnd: Bool) -> UnsafeMutableRawBufferPointer {
    let page = UnsafeMutableRawBufferPointer(start: memory + Self.byteCount, count: Self.byteCount)
    return UnsafeMutableRawBufferPointer(rebasing: atEnd ? page.suffix(count) : page.prefix(count))
  }
}

extension [UInt8] {
  fileprivate mutating func withPacketBytes<Result>(
    _ headerByteCount: Int, _ body: (SRTPPacketBytes) -> Result
  ) -> Result {
    withUnsafeMutableBytes { body(SRTPPacketBytes(bytes: $0, headerByteCount: headerByteCount)) }
  }
}
