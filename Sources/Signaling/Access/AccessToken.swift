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
  /// The name to show whatever its bearer says, if the issuer says it.
  package let name: DisplayName?
  /// The role it grants; nil leaves it to the room.
  package let role: Role?
  /// The most its bearer may do; nil leaves it to the role.
  package let permissions: Permissions?
  /// The names of the rooms it opens, or `*` for all.
  private let rooms: [String]
  /// The key that signed it, if the issuer has several.
  package let keyID: String?
  package let expiry: Timestamp

  private struct Header: Decodable {
    var alg: String
    var kid: String?
    var crit: [String]?
  }

  private struct Grants: Decodable {
    var role: String?
    var permissions: [String]?
  }

  private struct Claims: Decodable {
    var sub: String
    var exp: Double
    var nbf: Double?
    var name: String?
    var rooms: [String]
    var grants: Grants?
  }

  /// Checks a token; throws `tokenInvalid` or `tokenExpired`.
  package init(verifying text: String, secret: [UInt8], at now: Timestamp) throws(SignalingError) {
    guard text.utf8.count <= Self.textLimit else { throw Self.invalid }
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 3, let signature = Base64.decodeURL(parts[2]) else { throw Self.invalid }
    let signed = Array(text.utf8.prefix(parts[0].count + 1 + parts[1].count))
    guard HMAC.areEqual(HMAC.sha256(signed, key: secret), signature) else { throw Self.invalid }
    let header: Header = try Self.decode(parts[0])
    // What is critical to the issuer and unknown here must be refused (RFC 7515 §4.1.11).
    guard header.alg == "HS256", header.crit == nil else { throw Self.invalid }
    let claims: Claims = try Self.decode(parts[1])
    guard claims.rooms.count <= Self.roomLimit else { throw Self.invalid }
    subject = claims.sub
    name = try Self.name(claims.name)
    rooms = claims.rooms
    role = try Self.role(claims.grants?.role)
    permissions = try Self.permissions(claims.grants?.permissions)
    keyID = header.kid
    expiry = try Self.timestamp(claims.exp)
    guard now < expiry + Self.leeway else {
      throw SignalingError(.tokenExpired, "Your invitation has expired. Ask for a new one.")
    }
    if let notBefore = claims.nbf, try Self.timestamp(notBefore) > now + Self.leeway { throw Self.invalid }
  }

  /// What it grants in this room; throws `tokenInvalid` if it is for others.
  package func grant(for room: RoomName) throws(SignalingError) -> AccessGrant {
    guard rooms.contains(where: { $0 == "*" || (try? RoomName($0)) == room }) else {
      throw SignalingError(.tokenInvalid, "This invitation is for another room.")
    }
    return AccessGrant(subject: subject, role: role, permissions: permissions)
  }

  private static var invalid: SignalingError {
    SignalingError(.tokenInvalid, "This invitation is not valid here.")
  }

  private static func decode<Value: Decodable>(_ part: Substring.UTF8View) throws(SignalingError) -> Value {
    guard let bytes = Base64.decodeURL(part) else { throw invalid }
    do {
      return try JSONDecoder().decode(Value.self, from: Data(bytes))
    } catch {
      throw invalid
    }
  }

  private static func name(_ text: String?) throws(SignalingError) -> DisplayName? {
    guard let text else { return nil }
    guard let name = try? DisplayName(text) else { throw invalid }
    return name
  }

  private static func role(_ text: String?) throws(SignalingError) -> Role? {
    guard let text else { return nil }
    guard let role = Role(rawValue: text) else { throw invalid }
    return role
  }

  private static func permissions(_ names: [String]?) throws(SignalingError) -> Permissions? {
    guard let names else { return nil }
    var permissions: Permissions = []
    for name in names {
      guard let permission = Permission(name: name) else { throw invalid }
      permissions.insert(Permissions(permission))
    }
    return permissions
  }

  /// Seconds since 1970 (RFC 7519 §2, NumericDate), kept within what a timestamp holds.
  private static func timestamp(_ seconds: Double) throws(SignalingError) -> Timestamp {
    guard seconds.isFinite, 0...253_402_300_799 ~= seconds else { throw invalid }
    return Timestamp(milliseconds: Int64(seconds * 1000))
  }
}
