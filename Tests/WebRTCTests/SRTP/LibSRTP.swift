import CSRTP
import Testing
import WebRTC

/// One direction of a libsrtp2 session, the reference that ours is compared with.
final class LibSRTP {
  struct Failure: Error {
    let status: srtp_err_status_t
  }

  private static let isReady: Bool = srtp_init() == srtp_err_status_ok

  private let session: srtp_t

  init(_ profile: SRTPProfile, master: SRTPMasterKey, isSender: Bool) throws {
    try #require(Self.isReady)
    var policy = srtp_policy_t()
    switch profile {
    case .aeadAES128GCM:
      srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp)
      srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp)
    case .aeadAES256GCM:
      srtp_crypto_policy_set_aes_gcm_256_16_auth(&policy.rtp)
      srtp_crypto_policy_set_aes_gcm_256_16_auth(&policy.rtcp)
    case .aes128CounterModeHMACSHA1Tag80:
      srtp_crypto_policy_set_rtp_default(&policy.rtp)
      srtp_crypto_policy_set_rtcp_default(&policy.rtcp)
    }
    policy.ssrc.type = isSender ? ssrc_any_outbound : ssrc_any_inbound
    policy.window_size = 1024
    var created: srtp_t?
    var key = master.key + master.salt
    let status = key.withUnsafeMutableBufferPointer { key in
      policy.key = key.baseAddress
      return srtp_create(&created, &policy)
    }
    guard status == srtp_err_status_ok, let created else { throw Failure(status: status) }
    session = created
  }

  deinit { srtp_dealloc(session) }

  func seal(_ packet: [UInt8]) throws -> [UInt8] { try run(packet) { srtp_protect(session, $0, $1) } }
  func open(_ packet: [UInt8]) throws -> [UInt8] { try run(packet) { srtp_unprotect(session, $0, $1) } }
  func sealRTCP(_ packet: [UInt8]) throws -> [UInt8] { try run(packet) { srtp_protect_rtcp(session, $0, $1) } }
  func openRTCP(_ packet: [UInt8]) throws -> [UInt8] { try run(packet) { srtp_unprotect_rtcp(session, $0, $1) } }

  private func run(
    _ packet: [UInt8], _ body: (UnsafeMutableRawPointer?, UnsafeMutablePointer<Int32>) -> srtp_err_status_t
  ) throws -> [UInt8] {
    var buffer = packet + [UInt8](repeating: 0, count: Int(SRTP_MAX_TRAILER_LEN) + 4)
    var count = Int32(packet.count)
    let status = buffer.withUnsafeMutableBytes { body($0.baseAddress, &count) }
    guard status == srtp_err_status_ok else { throw Failure(status: status) }
    return Array(buffer.prefix(Int(count)))
  }
}
