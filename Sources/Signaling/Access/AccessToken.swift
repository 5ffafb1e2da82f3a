import FoundationEssentials

/// What somebody outside this server vouches for: who may enter which rooms, as what.
///
/// A JSON Web Token (RFC 7519) signed with HMAC-SHA256 under `JWT_SECRET`. The algorithm is pinned: whatever else the token's
/// header says is refused before anything is believed. One value for all doors: WebSocket, WHIP, WHEP, REST.
package struct AccessToken: Hashable, Sendable {
  /// The longest token that is read.
  private static let textLimit = 4096
  private static let roomLimit = 100
  /// How far the issuer's clock may be off.
  private static let leeway = Duration.seconds(30)

  /// Who it is about, as the issuer names them.
  package let subject: String
  /// The name to show, if the issuer says it.
  package let name: String?
  /// The rooms it opens; nil opens all.
  package let rooms: [String]?
  /// The role it grants, as the protocol writes roles.
  package let role: String?
  /// The key that signed it, if the issuer has several.
  package let keyID: String?
  package let expiry: Timestamp

  private struct Header: Decodable {
    var alg: String
    var kid: String?
  }

  private struct Claims: Decodable {
    var sub: String
    var exp: Double
    var nbf: Double?
    var name: String?
    var rooms: [String]?
    var role: String?
  }

  /// Checks a token; throws `tokenInvalid` or `tokenExpired`.
  package init(verifying text: String, secret: [UInt8], at now: Timestamp) throws(SignalingError) {
    guard text.utf8.count <= Self.textLimit else { throw Self.invalid }
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 3, let signature = base64URLDecoded(parts[2]) else { throw Self.invalid }
    let signed = Array(text.utf8.prefix(parts[0].count + 1 + parts[1].count))
    guard HMAC.areEqual(HMAC.sha256(signed, key: secret), signature) else { throw Self.invalid }
    let header: Header = try Self.decode(parts[0])
    guard header.alg == "HS256" else { throw Self.invalid }
    let claims: Claims = try Self.decode(parts[1])
    guard (claims.rooms?.count ?? 0) <= Self.roomLimit else { throw Self.invalid }
    subject = claims.sub
    name = claims.name
    rooms = claims.rooms
    role = claims.role
    keyID = header.kid
    expiry = try Self.timestamp(claims.exp)
    guard now < expiry + Self.leeway else {
      throw SignalingError(.tokenExpired, "Your invitation has expired. Ask for a new one.")
    }
    if let notBefore = claims.nbf, try Self.timestamp(notBefore) > now + Self.leeway { throw Self.invalid }
  }

  /// Whether it opens the room of this name, compared as room names are.
  package func opens(_ room: String) -> Bool {
    rooms?.contains { $0.lowercased() == room.lowercased() } ?? true
  }

  private static var invalid: SignalingError {
    SignalingError(.tokenInvalid, "This invitation is not valid here.")
  }

  private static func decode<Value: Decodable>(_ part: Substring.UTF8View) throws(SignalingError) -> Value {
    guard let bytes = base64URLDecoded(part) else { throw invalid }
    do {
      return try JSONDecoder().decode(Value.self, from: Data(bytes))
    } catch {
      throw invalid
    }
  }

  /// Seconds since 1970 (RFC 7519 §2, NumericDate), kept within what a timestamp holds.
  private static func timestamp(_ seconds: Double) throws(SignalingError) -> Timestamp {
    guard seconds.isFinite, 0...253_402_300_799 ~= seconds else { throw invalid }
    return Timestamp(milliseconds: Int64(seconds * 1000))
  }
}

/// Decodes Base64 with the URL alphabet and without padding (RFC 4648 §5); nil for anything else.
func base64URLDecoded(_ text: some Sequence<UInt8>) -> [UInt8]? {
  var result: [UInt8] = []
  var (bits, bitCount) = (UInt32(0), 0)
  for character in text {
    guard let value = base64URLValue(character) else { return nil }
    bits = bits << 6 | value
    bitCount += 6
    guard bitCount >= 8 else { continue }
    bitCount -= 8
    result.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
  }
  // Left-over bits are zero and fewer than a character's, or two texts would mean the same bytes.
  guard bitCount < 6, bits & (1 << UInt32(bitCount) - 1) == 0 else { return nil }
  return result
}

private func base64URLValue(_ character: UInt8) -> UInt32? {
  switch character {
  case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
  case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
  case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
  case UInt8(ascii: "-"): 62
  case UInt8(ascii: "_"): 63
  default: nil
  }
}
