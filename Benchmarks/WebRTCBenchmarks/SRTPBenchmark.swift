import RTP
import WebRTC

/// One stream of packets, sealed from a shared plaintext into a slot and opened in place.
struct SRTPBenchmark {
  private static let packetCount = 20_000
  private static let headerByteCount = 20

  let packetByteCount: Int

  func run() throws {
    for profile in SRTPProfile.preference {
      try seal(profile)
      try open(profile)
    }
  }

  private func seal(_ profile: SRTPProfile) throws {
    var sender = SRTPSendContext(profile: profile, master: .sample(for: profile))
    let payload = [UInt8](repeating: 7, count: packetByteCount - Self.headerByteCount)
    var slot = [UInt8](repeating: 0, count: 2048)
    var number = 0
    try report("seal \(packetByteCount) B, \(profile)", count: Self.packetCount, unit: ("ns", 1)) {
      for _ in 0..<Self.packetCount {
        _ = try slot.withUnsafeMutableBytes { try seal(&sender, number, payload, into: $0) }
        number += 1
      }
    }
  }

  private func open(_ profile: SRTPProfile) throws {
    let master = SRTPMasterKey.sample(for: profile)
    var sender = SRTPSendContext(profile: profile, master: master)
    var receiver = SRTPReceiveContext(profile: profile, master: master)
    let payload = [UInt8](repeating: 7, count: packetByteCount - Self.headerByteCount)
    let store = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.packetCount * 2048, alignment: 64)
    defer { store.deallocate() }
    var round = 0
    var counts = [Int](repeating: 0, count: Self.packetCount)
    for _ in 0..<7 {
      for index in 0..<Self.packetCount {
        let slot = UnsafeMutableRawBufferPointer(rebasing: store[(index * 2048)...].prefix(2048))
        counts[index] = try seal(&sender, round * Self.packetCount + index, payload, into: slot)
      }
      round += 1
      try receiver.openAll(store, counts, isLast: round == 7, name: "open \(packetByteCount) B, \(profile)")
    }
  }

  private func seal(
    _ sender: inout SRTPSendContext, _ number: Int, _ payload: [UInt8], into slot: UnsafeMutableRawBufferPointer
  ) throws -> Int {
    var output = OutputRawSpan(buffer: slot, initializedCount: 0)
    try output.writeUInt16(0x9060)
    try output.writeUInt16(UInt16(truncatingIfNeeded: number))
    try output.writeUInt32(0)
    try output.writeUInt32(0xcafe_babe)
    try output.writeUInt32(0xbede_0001)
    try output.writeUInt32(0x1101_0200)
    try sender.seal(&output, headerByteCount: Self.headerByteCount, appending: payload.span.bytes)
    return output.finalize(for: slot)
  }
}

extension SRTPReceiveContext {
  /// Opens one packet of each slot; prints the time of the last round, when the caches are as warm as they get.
  fileprivate mutating func openAll(
    _ store: UnsafeMutableRawBufferPointer, _ counts: [Int], isLast: Bool, name: String
  ) throws {
    let start = threadTime()
    for (index, count) in counts.enumerated() {
      let packet = UnsafeMutableRawBufferPointer(rebasing: store[(index * 2048)...].prefix(count))
      let header = try RTPHeader(parsing: packet.bytes)
      var bytes = packet.mutableBytes
      _ = try open(&bytes, header: header)
    }
    guard isLast else { return }
    let nanoseconds = (threadTime() - start) / Int64(counts.count)
    print("\(name)\(String(repeating: " ", count: max(1, 56 - name.count)))\(nanoseconds) ns")
  }
}

extension SRTPMasterKey {
  /// Some key of the profile's length.
  static func sample(for profile: SRTPProfile) -> SRTPMasterKey {
    SRTPMasterKey(
      profile: profile, key: (0..<profile.keyByteCount).map { UInt8($0) },
      salt: (0..<profile.saltByteCount).map { UInt8($0) })
  }
}
