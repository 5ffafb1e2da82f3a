import COpenSSL
import HTTPTypes
import Hummingbird
import NIOCore

/// What probes and Prometheus ask: `/healthz`, `/readyz`, `/metrics`.
struct OperationRoutes: Sendable {
  let registry: PrometheusRegistry
  let metrics: HTTPMetrics
  let service: SignalingService
  let readiness: Readiness
  /// What keeps the rest of the program from taking new work.
  let obstacle: @Sendable () -> String?
  /// What it does less of meanwhile, having too much to do.
  let strain: @Sendable () -> String?
  /// Nil: only this machine may read the metrics.
  let metricsToken: String?
  /// Brings figures up to date that are kept elsewhere.
  let onReading: @Sendable () async -> Void

  func add(to router: Router<SiteContext>) {
    for method in [HTTPRequest.Method.get, .head] {
      router.on("/healthz", method: method) { _, _ in Self.text("ok\n") }
      router.on("/readyz", method: method) { _, _ in ready() }
      router.on("/metrics", method: method) { request, context in await exposition(request, context) }
    }
  }

  private func ready() -> Response {
    guard readiness.isReady else { return Self.text("stopping\n", status: .serviceUnavailable) }
    if let obstacle = obstacle() { return Self.text(obstacle + "\n", status: .serviceUnavailable) }
    return Self.text(strain().map { "ready, but \($0)\n" } ?? "ready\n")
  }

  private func exposition(_ request: Request, _ context: SiteContext) async -> Response {
    guard mayRead(request, context) else {
      guard metricsToken != nil else {
        return Problem(status: .forbidden, detail: "Set METRICS_TOKEN to read metrics from elsewhere.").response
      }
      var response = Problem(status: .unauthorized, detail: "The bearer token is missing or wrong.").response
      response.headers[.wwwAuthenticate] = "Bearer"
      return response
    }
    metrics.update(await service.statistics())
    await onReading()
    return Self.text(registry.exposition(), type: "text/plain; version=0.0.4; charset=utf-8")
  }

  /// A forwarded request comes from elsewhere even if the proxy is on this machine and we were not told to trust it, and so does one
  /// that names the server by another name than this machine's own.
  private func mayRead(_ request: Request, _ context: SiteContext) -> Bool {
    guard let metricsToken else {
      let isForwarded = RequestOrigin.looksForwarded(request.headers)
      return !isForwarded && context.peer?.isLoopback == true && context.origin.namesThisMachine
    }
    return isEqualInConstantTime(request.headers[.authorization] ?? "", "Bearer " + metricsToken)
  }

  private static func text(
    _ text: String, status: HTTPResponse.Status = .ok, type: String = "text/plain; charset=utf-8"
  ) -> Response {
    let headers: HTTPFields = [.contentType: type, .cacheControl: "no-store"]
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }
}

/// Compares secrets without telling by the time taken how much of a guess was right.
private func isEqualInConstantTime(_ left: String, _ right: String) -> Bool {
  let left = Array(left.utf8)
  let right = Array(right.utf8)
  return left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
}
