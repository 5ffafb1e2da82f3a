import NIOCore
import NIOHTTP1

/// Stands behind the HTTP decoder and holds every connection to its deadlines and to the rules of RFC 9112.
///
/// NIO's upgrade handler drops a request that names a protocol it then does not upgrade to, so `Upgrade` is taken from
/// every request but one we accept. It also looks at a connection's first request only: a proxy that reuses its
/// connections to us must not put a WebSocket behind a page, so those requests end their connection, and an upgrade
/// that comes late all the same is closed unanswered, which makes the sender repeat it on a new connection
/// (RFC 9112 §9.3.1).
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  private enum Progress {
    case awaitingFirstRequest
    case serving
    /// A request could not be understood; the answer is on its way and nothing more is read.
    case refused
  }

  private let limits: HTTPServerLimits
  private let acceptsUpgrade: (HTTPRequestHead) -> Bool
  private var progress = Progress.awaitingFirstRequest
  private var endsConnection = false
  private var deadline: Scheduled<Void>?
  /// Until when the peer must have read the piece of a response that was written last.
  private var responseDeadline: Scheduled<Void>?
  private var unreadCount = 0

  /// - Parameter acceptsUpgrade: whether this request is a WebSocket handshake that will be answered by 101.
  init(limits: HTTPServerLimits, acceptsUpgrade: @escaping (HTTPRequestHead) -> Bool) {
    self.limits = limits
    self.acceptsUpgrade = acceptsUpgrade
  }

  func handlerAdded(context: ChannelHandlerContext) { expire(in: limits.headTimeout, context) }

  func handlerRemoved(context: ChannelHandlerContext) {
    deadline?.cancel()
    responseDeadline?.cancel()
  }

  func channelInactive(context: ChannelHandlerContext) {
    deadline?.cancel()
    responseDeadline?.cancel()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if case .refused = progress { return }
    switch unwrapInboundIn(data) {
    case .head(let head):
      receive(head, context)
    case .body:
      context.fireChannelRead(data)
    case .end:
      deadline?.cancel()
      context.fireChannelRead(data)
    }
  }

  private func receive(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    guard head.headers["host"].count == 1 || head.version.minor == 0 else {
      return refuse(.badRequest, context)
    }
    expire(in: limits.bodyTimeout, context)
    var head = head
    if acceptsUpgrade(head) {
      guard case .awaitingFirstRequest = progress else { return context.close(promise: nil) }
    } else {
      head.headers.remove(name: "upgrade")
    }
    endsConnection = !keepsConnection(head)
    if endsConnection { head.headers.replaceOrAdd(name: "connection", value: "close") }
    progress = .serving
    context.fireChannelRead(wrapInboundOut(.head(head)))
  }

  private func keepsConnection(_ head: HTTPRequestHead) -> Bool {
    head.isKeepAlive && !Self.proxyHeaders.contains { head.headers.contains(name: $0) }
  }

  /// What a reverse proxy adds and a browser never sends.
  private static let proxyHeaders = [
    "forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip",
  ]

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let promise = promise ?? context.eventLoop.makePromise()
    awaitReading(of: promise.futureResult, context)
    guard endsConnection, case .head(var head) = unwrapOutboundIn(data), head.status != .switchingProtocols else {
      return context.write(data, promise: promise)
    }
    head.headers.replaceOrAdd(name: "connection", value: "close")
    context.write(wrapOutboundOut(.head(head)), promise: promise)
  }

  /// A peer that does not read on is cut; every piece the kernel takes gives it new time.
  private func awaitReading(of written: EventLoopFuture<Void>, _ context: ChannelHandlerContext) {
    unreadCount += 1
    if unreadCount == 1 { expectReading(context) }
    written.assumeIsolated().whenComplete { _ in
      self.unreadCount -= 1
      self.responseDeadline?.cancel()
      if self.unreadCount > 0, context.channel.isActive { self.expectReading(context) }
    }
  }

  private func expectReading(_ context: ChannelHandlerContext) {
    responseDeadline = context.eventLoop.assumeIsolated().scheduleTask(in: limits.responseTimeout) {
      context.close(promise: nil)
    }
  }

  /// Before the first request there is nobody behind us to answer one that cannot be read.
  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard case .awaitingFirstRequest = progress, let error = error as? HTTPParserError else {
      return context.fireErrorCaught(error)
    }
    refuse(error == .headerOverflow ? .requestHeaderFieldsTooLarge : .badRequest, context)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is ChannelShouldQuiesceEvent, case .awaitingFirstRequest = progress { return context.close(promise: nil) }
    context.fireUserInboundEventTriggered(event)
  }

  private func refuse(_ status: HTTPResponseStatus, _ context: ChannelHandlerContext) {
    progress = .refused
    let headers: HTTPHeaders = ["connection": "close", "content-length": "0"]
    let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { _ in context.close(promise: nil) }
  }

  private func expire(in time: TimeAmount, _ context: ChannelHandlerContext) {
    deadline?.cancel()
    deadline = context.eventLoop.assumeIsolated().scheduleTask(in: time) { context.close(promise: nil) }
  }
}

@available(*, unavailable)
extension ConnectionGuard: Sendable {}
