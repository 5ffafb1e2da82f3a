import CSRTP
import WebRTC

/// The same packets sealed by the system's libsrtp2, for comparison.
struct LibSRTPBenchmark {
  private static let packetCount = 20_000

  let packetByteCount: Int

  func run() throws {
    srtp_init()
    for profile in SRTPProfile.preference {
      guard let session = session(profile) else { continue }
      defer { srtp_dealloc(session) }
      seal(profile, session)
    }
  }

  private func seal(_ profile: SRTPProfile, _ session: srtp_t) {
    var packet = [UInt8](repeating: 7, count: packetByteCount + 64)
    packet.replaceSubrange(0..<2, with: [0x80, 0x60])
    var number: UInt16 = 0
    report("libsrtp2 seal \(packetByteCount) B, \(profile)", count: Self.packetCount, unit: ("ns", 1)) {
      for _ in 0..<Self.packetCount {
        packet[2] = UInt8(number >> 8)
        packet[3] = UInt8(number & 0xff)
        number &+= 1
        var count = Int32(packetByteCount)
        srtp_protect(session, &packet, &count)
      }
    }
  }

  private func session(_ profile: SRTPProfile) -> srtp_t? {
    var policy = srtp_policy_t()
    switch profile {
    case .aeadAES128GCM: srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp)
    case .aeadAES256GCM: srtp_crypto_policy_set_aes_gcm_256_16_auth(&policy.rtp)
    case .aes128CounterModeHMACSHA1Tag80: srtp_crypto_policy_set_rtp_default(&policy.rtp)
    }
    policy.rtcp = policy.rtp
    policy.ssrc.type = ssrc_any_outbound
    policy.window_size = 1024
    let master = SRTPMasterKey.sample(for: profile)
    var key = master.key + master.salt
    var session: srtp_t?
    let status = key.withUnsafeMutableBufferPointer {
      policy.key = $0.baseAddress
      return srtp_create(&session, &policy)
    }
    return status == srtp_err_status_ok ? session : nil
  }
}
