import HTTPTypes
import Hummingbird
import NIOCore

/// What belongs to signalling but is plain HTTP: the leave beacon, and the words for a WebSocket that was not accepted.
struct SignalingRoutes: Sendable {
  let service: SignalingService
  let policy: OriginPolicy

  private static let longestToken = 4096

  func add(to router: Router<SiteContext>) {
    router.post("/api/v1/leave") { request, _ in await leave(request) }
    router.get("/ws") { request, context in refusal(request, context) }
  }

  /// `navigator.sendBeacon` reads no answer, and one that told good tokens from bad would help only who guesses.
  private func leave(_ request: Request) async -> Response {
    guard let body = try? await request.body.collect(upTo: Self.longestToken) else {
      return Problem(status: .contentTooLarge, detail: "No token is that long.").response
    }
    await service.leave(resumeToken: String(buffer: body))
    return Response(status: .noContent)
  }

  /// Requests that could be upgraded never come here.
  private func refusal(_ request: Request, _ context: SiteContext) -> Response {
    guard policy.allows(request.headers[.origin], to: context.origin) else {
      return Problem(
        status: .forbidden,
        detail: "Pages of this origin may not connect. Set SERVER_HOST_URL or ALLOWED_ORIGINS to allow them."
      ).response
    }
    var response = Problem(status: .upgradeRequired, detail: "This path speaks WebSocket, version 13.").response
    response.headers[.upgrade] = "websocket"
    response.headers[.secWebSocketVersion] = "13"
    return response
  }
}
