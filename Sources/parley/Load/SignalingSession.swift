import FoundationEssentials
import NIOCore
import NIOHTTP1
import NIOWebSocket

/// A session of signalling as a client has it (`docs/signaling.md`): a WebSocket on which requests go and answers and events come.
struct SignalingSession: Sendable {
  enum Failure: Error, CustomStringConvertible {
    case notUpgraded(String)

    var description: String {
      switch self {
      case .notUpgraded(let address): "\(address) is no WebSocket"
      }
    }
  }

  private typealias Frames = NIOAsyncChannel<WebSocketFrame, WebSocketFrame>

  /// More than the longest description takes (docs/signaling.md, *Limits*).
  private static let frameLimit = 1 << 20

  private let outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>

  /// Opens a session, has `receive` take every message until the server closes it, and closes it when that throws.
  static func open(
    _ address: URL, begin: (SignalingSession) async throws -> Void,
    receive: (SignalingMessage) async throws -> Void
  ) async throws {
    let frames = try await connect(address)
    try await frames.executeThenClose { inbound, outbound in
      let session = SignalingSession(outbound: outbound)
      try await begin(session)
      for try await frame in inbound {
        switch frame.opcode {
        case .text: try await receive(try SignalingMessage(parsing: Data(frame.unmaskedData.readableBytesView)))
        case .ping: try await session.send(.pong, frame.unmaskedData)
        case .connectionClose: return
        default: continue
        }
      }
    }
  }

  func send(_ request: SignalingRequest) async throws {
    try await send(.text, ByteBuffer(bytes: JSONEncoder().encode(request)))
  }

  private func send(_ opcode: WebSocketOpcode, _ data: ByteBuffer) async throws {
    try await outbound.write(WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: data))
  }

  private static func connect(_ address: URL) async throws -> Frames {
    let endpoint = try WebEndpoint(address)
    let upgraded: EventLoopFuture<Frames> = try await endpoint.connect { channel in
      let upgrader = NIOTypedWebSocketClientUpgrader(maxFrameSize: frameLimit) { channel, _ in
        channel.eventLoop.makeCompletedFuture { try Frames(wrappingChannelSynchronously: channel) }
      }
      let headers: HTTPHeaders = ["Host": endpoint.authority, "Content-Length": "0"]
      let configuration = NIOTypedHTTPClientUpgradeConfiguration(
        upgradeRequestHead: HTTPRequestHead(version: .http1_1, method: .GET, uri: endpoint.target, headers: headers),
        upgraders: [upgrader],
        notUpgradingCompletionHandler: {
          $0.eventLoop.makeFailedFuture(Failure.notUpgraded(address.absoluteString))
        })
      return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
        configuration: .init(upgradeConfiguration: configuration))
    }
    return try await upgraded.get()
  }
}
