/// The master key and master salt of one direction (RFC 3711 §3.2.1).
package struct SRTPMasterKey: Equatable, Sendable {
  package let key: [UInt8]
  package let salt: [UInt8]

  /// A key and salt of the lengths that `profile` asks for.
  package init(profile: SRTPProfile, key: [UInt8], salt: [UInt8]) {
    precondition(key.count == profile.keyByteCount, "the master key is not as long as its profile says")
    precondition(salt.count == profile.saltByteCount, "the master salt is not as long as its profile says")
    self.key = key
    self.salt = salt
  }
}

/// What a DTLS handshake yields for SRTP: a profile and a master key for each direction (RFC 5764 §4.2).
package struct SRTPKeyingMaterial: Equatable, Sendable {
  /// The label under which the exporter is asked (RFC 5764 §4.2).
  static let exporterLabel = "EXTRACTOR-dtls_srtp"

  package let profile: SRTPProfile
  /// For what the DTLS client sends.
  package let client: SRTPMasterKey
  /// For what the DTLS server sends.
  package let server: SRTPMasterKey

  /// How many bytes the exporter has to give.
  package static func exportedByteCount(for profile: SRTPProfile) -> Int {
    2 * (profile.keyByteCount + profile.saltByteCount)
  }

  /// Takes apart what the exporter gave: client key, server key, client salt, server salt.
  package init(profile: SRTPProfile, exported: [UInt8]) {
    precondition(exported.count == Self.exportedByteCount(for: profile), "the exporter gave another length")
    var rest = exported[...]
    func take(_ count: Int) -> [UInt8] {
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }
    let clientKey = take(profile.keyByteCount)
    let serverKey = take(profile.keyByteCount)
    let clientSalt = take(profile.saltByteCount)
    let serverSalt = take(profile.saltByteCount)
    self.profile = profile
    client = SRTPMasterKey(profile: profile, key: clientKey, salt: clientSalt)
    server = SRTPMasterKey(profile: profile, key: serverKey, salt: serverSalt)
  }
}
