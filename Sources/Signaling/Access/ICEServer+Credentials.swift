extension ICEServer {
  /// The server as one participant is given it: TURN servers get a user name and password that end with `expiry`.
  ///
  /// The convention of coturn's `use-auth-secret` (draft-uberti-behave-turn-rest-00): the user name is the expiry in seconds
  /// and a label, the password the HMAC-SHA1 of the user name in Base64. Servers with credentials of their own keep them.
  package func withCredentials(for label: String, secret: String?, expiry: Timestamp) -> ICEServer {
    guard let secret, username == nil, urls.contains(where: Self.isTURN) else { return self }
    let username = "\(expiry.milliseconds / 1000):\(label)"
    let password = HMAC.sha1(Array(username.utf8), key: Array(secret.utf8))
    return ICEServer(urls: urls, username: username, credential: Base64.encode(password))
  }

  private static func isTURN(_ url: String) -> Bool {
    url.hasPrefix("turn:") || url.hasPrefix("turns:")
  }
}
