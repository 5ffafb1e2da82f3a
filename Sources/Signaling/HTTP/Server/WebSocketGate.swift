import HTTPTypes
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// Decides which requests become WebSockets, before anything is answered.
struct WebSocketGate: Sendable {
  let proxies: TrustedProxies
  let policy: OriginPolicy
  let mount: MountPath

  /// A well-formed handshake (RFC 6455 §4.2.1) for `/ws` from a page that may.
  func accepts(_ head: HTTPRequestHead, from peer: RequestOrigin.Connection) -> Bool {
    guard head.method == .GET, mount.strip(head.uri) == "/ws" else { return false }
    guard head.headers[canonicalForm: "upgrade"].contains(where: { $0.lowercased() == "websocket" }) else {
      return false
    }
    guard head.headers[canonicalForm: "connection"].contains(where: { $0.lowercased() == "upgrade" }) else {
      return false
    }
    guard head.headers["sec-websocket-version"] == ["13"], head.headers["sec-websocket-key"].count == 1 else {
      return false
    }
    let origins = head.headers["origin"]
    guard origins.count <= 1 else { return false }
    return policy.allows(origins.first, to: origin(of: head, from: peer))
  }

  func origin(of head: HTTPRequestHead, from peer: RequestOrigin.Connection) -> RequestOrigin {
    let fields = HTTPFields(head.headers, splitCookie: false)
    return RequestOrigin(fields, authority: head.headers.first(name: "host"), connection: peer, proxies: proxies)
  }
}

/// The path in front of ours when a proxy passes it on unstripped: the path of `SERVER_HOST_URL`.
struct MountPath: Sendable {
  private let prefix: String

  init(_ publicURL: PublicURL?) { prefix = publicURL?.path ?? "" }

  /// The path of a request target without the query and, if it is there, the prefix.
  func strip(_ target: String) -> String {
    let path = target.prefix { $0 != "?" && $0 != "#" }
    guard !prefix.isEmpty, path.hasPrefix(prefix) else { return String(path) }
    let rest = path.dropFirst(prefix.count)
    return rest.isEmpty ? "/" : rest.hasPrefix("/") ? String(rest) : String(path)
  }
}
