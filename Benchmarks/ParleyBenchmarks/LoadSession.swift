import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

/// One participant of a load: a WebSocket that says what a benchmark tells it and reads the answers.
struct LoadSession: ~Copyable {
  typealias Frames = NIOAsyncChannel<WebSocketFrame, WebSocketFrame>

  private var inbound: NIOAsyncChannelInboundStream<WebSocketFrame>.AsyncIterator
  private let outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>
  private var lastRequest = 0

  /// Opens a session from a loopback address of its own, runs `body` with it and closes it.
  ///
  /// - Parameter number: chooses the client's address, so that limits per address do not shape what is measured.
  static func open<Result: Sendable>(
    to target: Target, number: Int, _ body: (inout LoadSession) async throws -> Result
  ) async throws -> Result {
    let frames = try await connect(to: target, from: loopbackAddress(number))
    return try await frames.executeThenClose { inbound, outbound in
      var session = LoadSession(inbound: inbound.makeAsyncIterator(), outbound: outbound)
      return try await body(&session)
    }
  }

  private init(
    inbound: NIOAsyncChannelInboundStream<WebSocketFrame>.AsyncIterator,
    outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>
  ) {
    self.inbound = inbound
    self.outbound = outbound
  }

  /// Says hello and joins; returns the answer's text.
  mutating func join(room: String, name: String) async throws -> String {
    _ = try await request(#""type":"hello","versions":[1]"#)
    return try await request(#""type":"join","room":"\#(room)","name":"\#(name)""#)
  }

  /// Sends a request, given without its `id` and braces, and waits for the answer; events in between are passed over.
  mutating func request(_ fields: String) async throws -> String {
    let id = try await send(fields)
    while let message = try await nextMessage() {
      guard message.contains(#""id":\#(id),"#) || message.contains(#""id":\#(id)}"#) else { continue }
      guard message.contains(#""type":"result""#) else { throw LoadError.refused(message) }
      return message
    }
    throw LoadError.closed
  }

  /// Sends a request and leaves its answer among the messages to come.
  @discardableResult
  mutating func send(_ fields: String) async throws -> Int {
    lastRequest += 1
    let text = ByteBuffer(string: #"{"id":\#(lastRequest),\#(fields)}"#)
    try await outbound.write(WebSocketFrame(fin: true, opcode: .text, maskKey: .random(), data: text))
    return lastRequest
  }

  /// The next text message, answering the server's pings on the way; nil when the server closed the session.
  mutating func nextMessage() async throws -> String? {
    while let frame = try await inbound.next() {
      switch frame.opcode {
      case .text: return String(buffer: frame.unmaskedData)
      case .ping: try await outbound.write(pong(to: frame))
      case .connectionClose: return nil
      default: continue
      }
    }
    return nil
  }

  private func pong(to ping: WebSocketFrame) -> WebSocketFrame {
    WebSocketFrame(fin: true, opcode: .pong, maskKey: .random(), data: ping.unmaskedData)
  }
}

/// What ends a load early.
enum LoadError: Error {
  case refused(String)
  case notUpgraded
  case closed
}

extension LoadSession {
  /// 127.1.0.1, 127.1.0.2, … : 253 addresses in each of 65 536 networks.
  private static func loopbackAddress(_ number: Int) -> String {
    let (network, host) = number.quotientAndRemainder(dividingBy: 253)
    return "127.\(1 + network / 256).\(network % 256).\(1 + host)"
  }

  private static func connect(to target: Target, from address: String) async throws -> Frames {
    let upgraded: EventLoopFuture<Frames> = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .bind(to: SocketAddress(ipAddress: address, port: 0))
      .connect(host: target.address, port: target.port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
            configuration: .init(upgradeConfiguration: upgrade(to: target)))
        }
      }
    return try await upgraded.get()
  }

  private static func upgrade(to target: Target) -> NIOTypedHTTPClientUpgradeConfiguration<Frames> {
    let upgrader = NIOTypedWebSocketClientUpgrader(maxFrameSize: 1 << 24) { channel, _ in
      channel.eventLoop.makeCompletedFuture { try Frames(wrappingChannelSynchronously: channel) }
    }
    let headers: HTTPHeaders = ["Host": "\(target.address):\(target.port)", "Content-Length": "0"]
    return NIOTypedHTTPClientUpgradeConfiguration(
      upgradeRequestHead: HTTPRequestHead(version: .http1_1, method: .GET, uri: "/ws", headers: headers),
      upgraders: [upgrader],
      notUpgradingCompletionHandler: { $0.eventLoop.makeFailedFuture(LoadError.notUpgraded) })
  }
}
