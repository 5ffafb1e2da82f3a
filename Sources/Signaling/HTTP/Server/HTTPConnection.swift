import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOSSL
import NIOWebSocket

/// One address has as many connections as it may.
struct ConnectionRefused: Error {}

/// Builds the pipeline of an accepted connection: HTTP/1.1 through the router, `GET /ws` as a WebSocket, TLS if wanted.
struct HTTPConnection: HTTPChannelHandler {
  typealias HTTPChannel = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

  enum Upgraded: Sendable {
    case http(HTTPChannel)
    case webSocket(WebSocketConnection)
  }

  struct Value: ServerChildChannelValue {
    let channel: any Channel
    let upgraded: EventLoopFuture<Upgraded>
  }

  let responder: HTTPChannelHandler.Responder
  let gate: WebSocketGate
  let service: SignalingService
  let limits: HTTPServerLimits
  let tally: ConnectionTally
  let certificates: CertificateStore?
  let metrics: HTTPMetrics

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    channel.eventLoop.makeCompletedFuture {
      let peer = IPAddress(channel.remoteAddress)
      guard tally.add(peer) else { throw ConnectionRefused() }
      metrics.connectionOpened()
      channel.closeFuture.whenComplete { _ in
        tally.remove(peer)
        metrics.connectionClosed()
      }
      if let certificates {
        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: certificates.context))
      }
      return Value(channel: channel, upgraded: try addHTTPHandlers(channel, logger))
    }
  }

  func handle(value: Value, logger: Logger) async {
    // Fails when the connection ends before its first request.
    guard let upgraded = try? await value.upgraded.get() else { return }
    switch upgraded {
    case .http(let channel): await handleHTTP(asyncChannel: channel, logger: logger)
    case .webSocket(let connection): await connection.run()
    }
  }

  /// What `configureUpgradableHTTPServerPipeline` does, with `ConnectionGuard` in front of the upgrade handler.
  private func addHTTPHandlers(_ channel: any Channel, _ logger: Logger) throws -> EventLoopFuture<Upgraded> {
    let peer = RequestOrigin.Connection(peer: IPAddress(channel.remoteAddress), isSecure: certificates != nil)
    var decoderLimits = NIOHTTPDecoderLimitConfiguration()
    decoderLimits.maxHeaderListSize = limits.headerBytes
    decoderLimits.maxHeaderFieldCount = limits.headerCount
    let encoder = HTTPResponseEncoder()
    let decoder = ByteToMessageHandler(
      HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: decoderLimits))
    let guardian = ConnectionGuard(limits: limits) { gate.accepts($0, from: peer) }
    let upgrader = NIOTypedHTTPServerUpgradeHandler(
      httpEncoder: encoder, extraHTTPHandlers: [decoder, guardian], upgradeConfiguration: upgrade(peer, logger))
    try channel.pipeline.syncOperations.addHandlers([encoder, decoder, guardian, upgrader])
    return upgrader.upgradeResultFuture
  }

  private func upgrade(_ peer: RequestOrigin.Connection, _ logger: Logger)
    -> NIOTypedHTTPServerUpgradeConfiguration<Upgraded>
  {
    let webSocket = NIOTypedWebSocketServerUpgrader<Upgraded>(
      maxFrameSize: limits.webSocket.messageBytes,
      enableAutomaticErrorHandling: false,  // WebSocketHandler sends the Close
      shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture([:]) },
      upgradePipelineHandler: { channel, head in
        channel.eventLoop.makeCompletedFuture { try openWebSocket(channel, head, peer) }
      })
    return NIOTypedHTTPServerUpgradeConfiguration(upgraders: [webSocket]) { channel in
      channel.eventLoop.makeCompletedFuture { try serveHTTP(channel, logger) }
    }
  }

  private func serveHTTP(_ channel: any Channel, _ logger: Logger) throws -> Upgraded {
    try channel.pipeline.syncOperations.addHandlers(
      HTTP1ToHTTPServerCodec(secure: certificates != nil),
      HTTPConnectionStateHandler(idleTimeout: limits.idleTimeout, logger: logger))
    return .http(
      try HTTPChannel(wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true)))
  }

  private func openWebSocket(_ channel: any Channel, _ head: HTTPRequestHead, _ peer: RequestOrigin.Connection) throws
    -> Upgraded
  {
    let origin = gate.origin(of: head, from: peer)
    let client = origin.client.flatMap { ClientAddress(bytes: $0.bytes) } ?? .loopback
    let cookie = service.browserCookies.value(inCookies: head.headers["cookie"])
    return .webSocket(
      try .open(channel, for: client, cookie: cookie, service: service, limits: limits.webSocket))
  }
}
