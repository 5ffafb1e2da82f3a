import FoundationEssentials
import Signaling

/// Access tokens as an operator's program would make them.
enum TestToken {
  static func signed(_ claims: String, _ secret: String) -> String {
    let signed = encode(Array(#"{"alg":"HS256"}"#.utf8)) + "." + encode(Array(claims.utf8))
    return signed + "." + encode(HMAC.sha256(Array(signed.utf8), key: Array(secret.utf8)))
  }

  private static func encode(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }
}
