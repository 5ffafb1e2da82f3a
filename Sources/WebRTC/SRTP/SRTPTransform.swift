import RTP

/// The ciphers of one direction, for RTP or for RTCP: a closed choice, so that a packet meets a branch and no witness table.
enum SRTPTransform: ~Copyable {
  case gcm(AESGCMTransform)
  case counterMode(CounterModeTransform)

  /// Which of the two packet kinds a transform is for; they have different session keys.
  enum Kind {
    case rtp
    case rtcp
  }

  /// Derives the session keys of `kind` from `master`.
  init(profile: SRTPProfile, master: SRTPMasterKey, kind: Kind, direction: AESGCM.Direction) {
    let derivation = SRTPKeyDerivation(master: master)
    let isRTP = kind == .rtp
    let key = derivation.derive(isRTP ? .rtpEncryption : .rtcpEncryption, count: profile.keyByteCount)
    let salt = derivation.derive(isRTP ? .rtpSalt : .rtcpSalt, count: profile.saltByteCount)
    switch profile {
    case .aeadAES128GCM, .aeadAES256GCM:
      self = .gcm(AESGCMTransform(key: key, salt: salt, direction: direction))
    case .aes128CounterModeHMACSHA1Tag80:
      let authenticationKey = derivation.derive(
        isRTP ? .rtpAuthentication : .rtcpAuthentication, count: CounterModeTransform.authenticationKeyByteCount)
      self = .counterMode(CounterModeTransform(key: key, authenticationKey: authenticationKey, salt: salt))
    }
  }

  func sealRTP(_ packet: SRTPPacketBytes, _ plaintext: SRTPPlaintext, ssrc: SSRC, index: UInt64) {
    switch self {
    case .gcm(let transform): transform.sealRTP(packet, plaintext, ssrc: ssrc, index: index)
    case .counterMode(let transform): transform.sealRTP(packet, plaintext, ssrc: ssrc, index: index)
    }
  }

  func openRTP(_ packet: SRTPPacketBytes, ssrc: SSRC, index: UInt64) -> Bool {
    switch self {
    case .gcm(let transform): return transform.openRTP(packet, ssrc: ssrc, index: index)
    case .counterMode(let transform): return transform.openRTP(packet, ssrc: ssrc, index: index)
    }
  }

  func sealRTCP(_ packet: SRTPPacketBytes, ssrc: SSRC, index: UInt32) {
    switch self {
    case .gcm(let transform): transform.sealRTCP(packet, ssrc: ssrc, index: index)
    case .counterMode(let transform): transform.sealRTCP(packet, ssrc: ssrc, index: index)
    }
  }

  func openRTCP(_ packet: SRTPPacketBytes, ssrc: SSRC, index: UInt32) -> Bool {
    switch self {
    case .gcm(let transform): return transform.openRTCP(packet, ssrc: ssrc, index: index)
    case .counterMode(let transform): return transform.openRTCP(packet, ssrc: ssrc, index: index)
    }
  }
}
