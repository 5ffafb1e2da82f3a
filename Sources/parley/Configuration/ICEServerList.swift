import FoundationEssentials
import Signaling

/// What `ICE_SERVERS` says: `stun:a,turn:b` or `[{"urls": ["turn:b"], "username": "u", "credential": "c"}]`.
enum ICEServerList {
  static func parse(_ text: String) throws(SettingProblem) -> [ICEServer] {
    let servers = text.hasPrefix("[") ? try parseJSON(text) : SettingParser.list(text).map { ICEServer(urls: [$0]) }
    for url in servers.flatMap(\.urls) where !isServerURL(url) {
      throw SettingProblem("has \(url), which is not a stun:, stuns:, turn: or turns: URL")
    }
    return servers
  }

  static func isTURN(_ url: String) -> Bool { url.hasPrefix("turn:") || url.hasPrefix("turns:") }

  private struct Entry: Decodable {
    let urls: [String]
    let username: String?
    let credential: String?

    private enum Key: String, CodingKey { case urls, username, credential }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      let single = try? container.decode(String.self, forKey: .urls)
      urls = try single.map { [$0] } ?? container.decode([String].self, forKey: .urls)
      username = try container.decodeIfPresent(String.self, forKey: .username)
      credential = try container.decodeIfPresent(String.self, forKey: .credential)
    }
  }

  private static func parseJSON(_ text: String) throws(SettingProblem) -> [ICEServer] {
    do {
      let entries = try JSONDecoder().decode([Entry].self, from: Data(text.utf8))
      return entries.map { ICEServer(urls: $0.urls, username: $0.username, credential: $0.credential) }
    } catch {
      throw SettingProblem("is not a JSON array of objects with urls, username and credential")
    }
  }

  /// RFC 7064 and RFC 7065: a scheme, a host, perhaps a port and a transport.
  private static func isServerURL(_ url: String) -> Bool {
    guard let colon = url.firstIndex(of: ":") else { return false }
    guard ["stun", "stuns", "turn", "turns"].contains(url[..<colon]) else { return false }
    let rest = url[url.index(after: colon)...].split(separator: "?", maxSplits: 1)
    guard let host = rest.first, Authority(host) != nil else { return false }
    return rest.count == 1 || ["transport=udp", "transport=tcp"].contains(rest[1])
  }
}
