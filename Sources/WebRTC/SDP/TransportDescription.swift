/// Which way media flows, seen by the one who writes the description (RFC 8866 §6.7).
package enum MediaDirection: String, Sendable, CaseIterable {
  case sendrecv
  case sendonly
  case recvonly
  case inactive

  package var sends: Bool { self == .sendrecv || self == .sendonly }
  package var receives: Bool { self == .sendrecv || self == .recvonly }

  package init(sends: Bool, receives: Bool) {
    switch (sends, receives) {
    case (true, true): self = .sendrecv
    case (true, false): self = .sendonly
    case (false, true): self = .recvonly
    case (false, false): self = .inactive
    }
  }

  /// The same flow seen from the other side.
  package var reversed: MediaDirection {
    MediaDirection(sends: receives, receives: sends)
  }
}

/// Who opens the DTLS association (RFC 4145 §4, RFC 8842 §5).
package enum SetupRole: String, Sendable, CaseIterable {
  case active
  case passive
  case actpass
  case holdconn
}

/// The digest of a DTLS certificate (RFC 8122 §5).
package struct CertificateFingerprint: Equatable, Sendable {
  /// The hash functions that are understood; others stay readable so that a stronger one beside them is found.
  package enum Hash: Equatable, Sendable {
    case sha1
    case sha256
    case sha384
    case sha512
    case other(String)
  }

  package let hash: Hash
  package let digest: [UInt8]

  /// A digest whose length must be right for its hash.
  package init?(_ hash: Hash, _ digest: [UInt8]) {
    guard hash.digestLength.map({ $0 == digest.count }) ?? (1...128).contains(digest.count) else { return nil }
    self.hash = hash
    self.digest = digest
  }

  /// Reads `sha-256 0A:1B:…`; the name of the hash and the digits may be in either case.
  init(parsing value: Substring) throws(SDPError) {
    var words = value.words()
    let hash = Hash(try words.word().lowercased())
    var digest: [UInt8] = []
    for pair in Substring(try words.word()).parts(at: UInt8(ascii: ":")) {
      guard pair.utf8.count == 2, pair.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
        let byte = UInt8(pair, radix: 16)
      else { throw .invalidValue }
      digest.append(byte)
    }
    guard words.next() == nil, let fingerprint = CertificateFingerprint(hash, digest) else { throw .invalidValue }
    self = fingerprint
  }

  var attributeValue: String {
    let digits = Array("0123456789ABCDEF")
    let pairs = digest.map { String([digits[Int($0 >> 4)], digits[Int($0 & 15)]]) }
    return "\(hash.token) \(pairs.joined(separator: ":"))"
  }
}

extension CertificateFingerprint.Hash {
  fileprivate init(_ token: String) {
    switch token {
    case "sha-1": self = .sha1
    case "sha-256": self = .sha256
    case "sha-384": self = .sha384
    case "sha-512": self = .sha512
    default: self = .other(token)
    }
  }

  fileprivate var token: String {
    switch self {
    case .sha1: return "sha-1"
    case .sha256: return "sha-256"
    case .sha384: return "sha-384"
    case .sha512: return "sha-512"
    case .other(let token): return token
    }
  }

  fileprivate var digestLength: Int? {
    switch self {
    case .sha1: return 20
    case .sha256: return 32
    case .sha384: return 48
    case .sha512: return 64
    case .other: return nil
    }
  }
}

/// The attributes of ICE and DTLS, which may stand at session level, in every media description, or be mixed.
package struct TransportDescription: Equatable, Sendable {
  package var ufrag: String?
  package var password: String?
  package var options: [String] = []
  package var fingerprints: [CertificateFingerprint] = []
  package var setup: SetupRole?

  package init() {}

  /// What holds for a media description: its own values, and the session's where it has none.
  package func inheriting(_ session: TransportDescription) -> TransportDescription {
    var merged = self
    if ufrag == nil && password == nil { (merged.ufrag, merged.password) = (session.ufrag, session.password) }
    if options.isEmpty { merged.options = session.options }
    if fingerprints.isEmpty { merged.fingerprints = session.fingerprints }
    merged.setup = setup ?? session.setup
    return merged
  }

  /// Takes an attribute if it is one of these.
  mutating func read(_ name: String, _ value: Substring) throws(SDPError) -> Bool {
    switch name {
    case "ice-ufrag": ufrag = String(value.words().text)
    case "ice-pwd": password = String(value.words().text)
    case "ice-options": try readOptions(value)
    case "fingerprint":
      guard fingerprints.count < 16 else { throw .tooMany(.attribute) }
      fingerprints.append(try CertificateFingerprint(parsing: value))
    case "setup":
      guard let role = SetupRole(rawValue: String(value.words().text)) else { throw .invalidValue }
      setup = role
    default: return false
    }
    return true
  }

  /// Options are separated by spaces; libdatachannel writes commas too.
  private mutating func readOptions(_ value: Substring) throws(SDPError) {
    var words = value.words()
    for word in words.remainder().flatMap({ Substring($0).parts(at: UInt8(ascii: ",")) }) where !word.isEmpty {
      guard options.count < 16 else { throw .tooMany(.attribute) }
      if !options.contains(String(word)) { options.append(String(word)) }
    }
  }

  var lines: [String] {
    var lines: [String] = []
    if let ufrag { lines.append("a=ice-ufrag:\(ufrag)") }
    if let password { lines.append("a=ice-pwd:\(password)") }
    if !options.isEmpty { lines.append("a=ice-options:\(options.joined(separator: " "))") }
    lines += fingerprints.map { "a=fingerprint:\($0.attributeValue)" }
    if let setup { lines.append("a=setup:\(setup.rawValue)") }
    return lines
  }
}
