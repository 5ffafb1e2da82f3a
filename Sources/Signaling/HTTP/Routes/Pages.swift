import HTTPTypes
import Hummingbird
import NIOCore

/// The web client: one page for all rooms, its files, and a friendly answer to any other path.
struct Pages: Sendable {
  let files: StaticFiles
  let cookies: BrowserCookies
  let clock: SignalingClock

  func add(to router: Router<SiteContext>) {
    for path: RouterPath in ["/", "/join", "/join/:room", "/watch/:room", "/embed/:room"] {
      for method in [HTTPRequest.Method.get, .head] {
        router.on(path, method: method) { request, context in page(request, context) }
      }
    }
  }

  private func page(_ request: Request, _ context: SiteContext) -> Response {
    guard let page = files.page(depth: Self.depth(of: request.uri.path)) else { return notFound(request) }
    var response = page.response(to: request.headers)
    if cookies.value(in: request.headers) == nil {
      response.headers[.setCookie] = cookies.make(for: context.origin, at: clock.now())
    }
    return response
  }

  /// A file, or the page that says there is none.
  func fileOrNotFound(_ request: Request, _ context: SiteContext) -> Response {
    let path = request.uri.path
    if path.hasPrefix("/api/") { return Problem(status: .notFound, detail: "There is nothing at this path.").response }
    guard request.method == .get || request.method == .head else {
      var response = Problem(status: .methodNotAllowed, detail: "This path can only be read.").response
      response.headers[.allow] = "GET, HEAD"
      return response
    }
    guard let asset = files.asset(at: path) else { return notFound(request) }
    return asset.response(to: request.headers)
  }

  private func notFound(_ request: Request) -> Response {
    let custom = files.asset(at: "/404.html")
    let source = custom.map { String(buffer: $0.plain.body) } ?? Self.plainNotFound
    let page = relocated(source, depth: min(Self.depth(of: request.uri.path), 16))
    let headers: HTTPFields = [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"]
    return Response(status: .notFound, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: page)))
  }

  /// Steps below the root: what relative links of a page at this path must climb.
  private static func depth(of path: String) -> Int {
    max(0, path.utf8.count { $0 == UInt8(ascii: "/") } - 1)
  }

  private static let plainNotFound = """
    <!doctype html>
    <html lang="en">
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>Not found · Parley</title>
    <h1>There is nothing here</h1>
    <p>The address may be mistyped, or the page has moved. <a href="./">Go to the start page</a>.</p>
    </html>

    """
}

/// Answers what no route took with a file or with the page that says there is none.
struct NotFoundMiddleware: RouterMiddleware {
  let pages: Pages

  func handle(
    _ request: Request, context: SiteContext, next: (Request, SiteContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let error as HTTPError where error.status == .notFound {
      return pages.fileOrNotFound(request, context)
    }
  }
}
