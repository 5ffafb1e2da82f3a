import Hummingbird
import NIOCore

/// What is known about a request beside its text.
struct SiteContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// The connection's other end: the client or the nearest proxy.
  let peer: IPAddress?
  /// Set by `Site`, as is the query.
  var origin: RequestOrigin
  /// What follows the path of the request's target: empty, or without its question mark.
  var query = ""

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    peer = IPAddress(source.channel.remoteAddress)
    origin = RequestOrigin(
      [:], authority: nil, connection: .init(peer: peer, isSecure: false), proxies: .none)
  }
}
