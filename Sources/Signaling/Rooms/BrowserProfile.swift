/// What is known of the browser somebody comes with; only ever compared, so hashes will do.
package struct BrowserProfile: Sendable, Hashable {
  /// The value the client says is its own.
  package var client: String?
  /// The cookie the server made.
  package var cookie: String?
  /// When the server made the cookie; nil if it does not say.
  package var cookieMadeAt: Timestamp?
  package var address: String

  package init(client: String? = nil, cookie: String? = nil, cookieMadeAt: Timestamp? = nil, address: String) {
    self.client = client
    self.cookie = cookie
    self.cookieMadeAt = cookieMadeAt
    self.address = address
  }

  /// Whether anything but the address tells this browser from others.
  var isDistinct: Bool { client != nil || cookie != nil }

  /// Whether it has a cookie that it had before then already.
  func hasCookie(since time: Timestamp) -> Bool {
    guard cookie != nil else { return false }
    guard let cookieMadeAt else { return true }
    return cookieMadeAt < time
  }

  /// Whether both are tabs of one browser, by its cookie or by its own word. An address is shared by many and says nothing.
  package func isSameBrowser(as other: BrowserProfile) -> Bool {
    if let cookie, cookie == other.cookie { return true }
    if let client, client == other.client { return true }
    return false
  }
}
