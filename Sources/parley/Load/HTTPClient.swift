import FoundationEssentials
import NIOCore
import NIOHTTP1

/// Requests of the load, each over a connection of its own, as the doors for encoders and players get them.
struct HTTPClient {
  struct Response: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: String
  }

  enum Failure: Error, CustomStringConvertible {
    case noAnswer(String)
    case tooLong

    var description: String {
      switch self {
      case .noAnswer(let host): "\(host) closed the connection without an answer"
      case .tooLong: "the answer is longer than any description"
      }
    }
  }

  private typealias Exchange = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

  private static let timeout = TimeAmount.seconds(20)
  private static let bodyLimit = 256 * 1024

  func send(
    _ method: HTTPMethod, _ url: URL, headers: HTTPHeaders = [:], body: String = ""
  ) async throws -> Response {
    let endpoint = try WebEndpoint(url)
    let exchange = try await endpoint.connect { channel in
      try channel.pipeline.syncOperations.addHTTPClientHandlers()
      return try Exchange(wrappingChannelSynchronously: channel)
    }
    let channel = exchange.channel
    let end = channel.eventLoop.scheduleTask(in: Self.timeout) { channel.close(promise: nil) }
    defer { end.cancel() }
    let head = Self.head(method, endpoint, headers, byteCount: body.utf8.count)
    return try await exchange.executeThenClose { inbound, outbound in
      try await outbound.write(.head(head))
      if !body.isEmpty { try await outbound.write(.body(.byteBuffer(ByteBuffer(string: body)))) }
      try await outbound.write(.end(nil))
      return try await Self.response(in: inbound, from: endpoint.host)
    }
  }

  private static func head(
    _ method: HTTPMethod, _ endpoint: WebEndpoint, _ headers: HTTPHeaders, byteCount: Int
  ) -> HTTPRequestHead {
    var headers = headers
    headers.add(name: "Host", value: endpoint.authority)
    headers.add(name: "Connection", value: "close")
    headers.add(name: "Content-Length", value: String(byteCount))
    return HTTPRequestHead(version: .http1_1, method: method, uri: endpoint.target, headers: headers)
  }

  private static func response(
    in inbound: NIOAsyncChannelInboundStream<HTTPClientResponsePart>, from host: String
  ) async throws -> Response {
    var head: HTTPResponseHead?
    var body = ByteBuffer()
    for try await part in inbound {
      switch part {
      case .head(let value): head = value
      case .body(var bytes):
        guard body.readableBytes + bytes.readableBytes <= bodyLimit else { throw Failure.tooLong }
        body.writeBuffer(&bytes)
      case .end:
        guard let head else { break }
        return Response(status: Int(head.status.code), headers: head.headers, body: String(buffer: body))
      }
    }
    throw Failure.noAnswer(host)
  }
}
