/// What is known of the browser somebody comes with; only ever compared, so hashes will do.
package struct BrowserProfile: Sendable, Hashable {
  /// The value the client says is its own.
  package var client: String?
  /// The cookie the server made.
  package var cookie: String?
  package var address: String

  package init(client: String? = nil, cookie: String? = nil, address: String) {
    self.client = client
    self.cookie = cookie
    self.address = address
  }

  /// Whether anything but the address tells this browser from others.
  var isDistinct: Bool { client != nil || cookie != nil }

  /// Whether both are tabs of one browser, by its cookie or by its own word. An address is shared by many and says nothing.
  package func isSameBrowser(as other: BrowserProfile) -> Bool {
    if let cookie, cookie == other.cookie { return true }
    if let client, client == other.client { return true }
    return false
  }
}
