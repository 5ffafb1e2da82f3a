import HTTPTypes
import Hummingbird

/// The way of every request: who asks, which address of ours it named, the router, security headers, metrics.
struct Site: HTTPResponder {
  let router: RouterResponder<SiteContext>
  let proxies: TrustedProxies
  let servesTLS: Bool
  let mount: MountPath
  let security: SecurityHeaders
  let metrics: HTTPMetrics

  func respond(to request: Request, context: SiteContext) async throws -> Response {
    let started = ContinuousClock.now
    var context = context
    context.origin = RequestOrigin(
      request.headers, authority: request.head.authority,
      connection: .init(peer: context.peer, isSecure: servesTLS), proxies: proxies)

    context.query =
      (request.head.path ?? "").split(separator: "?", maxSplits: 1).dropFirst().first.map(String.init) ?? ""
    let path = mount.strip(request.head.path ?? "/")
    var response = try await answer(request, context, path: path)
    security.add(to: &response.headers, for: context.origin, isEmbed: path.hasPrefix("/embed/"))
    metrics.requestAnswered(PathClass(path), status: response.status.code, after: started.duration(to: .now))
    return response
  }

  private func answer(_ request: Request, _ context: SiteContext, path: String) async throws -> Response {
    let needsHost = PathClass(path) != .operation  // probes may not know our name
    guard context.origin.host != nil || !needsHost else {
      return Problem(status: .badRequest, detail: "The Host header is missing or malformed.").response
    }
    var head = request.head
    head.path = path
    let response = try await router.respond(to: Request(head: head, body: request.body), context: context)
    return request.method == .head ? response.createHeadResponse() : response
  }
}

/// The kinds of paths that metrics tell apart: few, whatever is asked for.
enum PathClass: String {
  case operation, api, page, webSocket, file, whip, whep

  init(_ path: String) {
    switch path.split(separator: "/", maxSplits: 1).first {
    case "healthz", "readyz", "metrics": self = .operation
    case "api": self = .api
    case "ws": self = .webSocket
    case "whip": self = .whip
    case "whep": self = .whep
    case nil, "join", "watch", "embed": self = .page
    default: self = .file
    }
  }
}
