package import NIOCore

/// What a connection may cost before it has shown that it means well.
package struct HTTPServerLimits: Sendable {
  /// Further connections wait in the kernel's backlog.
  package var maxConnections = 20_000
  /// Of these from one address, unless it is a trusted proxy's.
  package var maxConnectionsPerAddress = 4000
  package var backlog = 1024
  /// From the connection to the end of the first request's head, TLS handshake included: slow-loris ends here.
  package var headTimeout = TimeAmount.seconds(10)
  /// From a request's head to its end.
  package var bodyTimeout = TimeAmount.seconds(30)
  /// How long the peer may take to read a piece of a response.
  package var responseTimeout = TimeAmount.seconds(30)
  /// A kept connection without a request.
  package var idleTimeout = Duration.seconds(30)
  package var headerBytes = 16_384
  package var headerCount = 100
  package var webSocket = WebSocketLimits()

  package init() {}
}

/// What a WebSocket may cost, and when it counts as dead.
package struct WebSocketLimits: Sendable {
  /// The largest that signalling takes: a description for the media plane.
  package var messageBytes = 262_144
  /// More pieces of one message than this are an attack by tiny fragments.
  package var fragments = 128
  /// Pings and pongs of the peer in one `pingInterval`; a browser sends as many pongs as it gets pings.
  package var controlFrames = 100
  /// Messages waiting to be handled; reading stops when there are so many.
  package var pendingMessages = 16
  /// Bytes of them; one message more than that can be waiting.
  package var pendingBytes = 262_144
  package var outboxCount = 1024
  package var outboxBytes = 1 << 20
  package var pingInterval = TimeAmount.seconds(10)
  /// Nothing heard for this long: dead. Two pings long, so that one may be lost.
  package var deadAfter = TimeAmount.seconds(20)
  /// How long a peer may take to read what was written for it before the connection is cut.
  package var writeTimeout = TimeAmount.seconds(20)
  /// How long the peer may take to answer our Close.
  package var closeTimeout = TimeAmount.seconds(2)
  /// How long a socket may outlive the order to stop the server.
  package var stopTimeout = TimeAmount.seconds(8)

  package init() {}
}
