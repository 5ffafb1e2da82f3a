import FoundationEssentials
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Requests of the load, each over a connection of its own, as the doors for encoders and players get them.
struct HTTPClient {
  struct Response: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: String
  }

  enum Failure: Error, CustomStringConvertible {
    case unusableURL(String)
    case noAnswer(String)
    case tooLong

    var description: String {
      switch self {
      case .unusableURL(let url): "\(url) is no URL of http or https with a host"
      case .noAnswer(let host): "\(host) closed the connection without an answer"
      case .tooLong: "the answer is longer than any description"
      }
    }
  }

  private typealias Exchange = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

  private static let connectTimeout = TimeAmount.seconds(5)
  private static let timeout = TimeAmount.seconds(20)
  private static let bodyLimit = 256 * 1024

  func send(
    _ method: HTTPMethod, _ url: URL, headers: HTTPHeaders = [:], body: String = ""
  ) async throws -> Response {
    guard let host = url.host(), let scheme = url.scheme, ["http", "https"].contains(scheme) else {
      throw Failure.unusableURL(url.absoluteString)
    }
    let exchange = try await connect(host, url.port ?? (scheme == "https" ? 443 : 80), isSecure: scheme == "https")
    let channel = exchange.channel
    let end = channel.eventLoop.scheduleTask(in: Self.timeout) { channel.close(promise: nil) }
    defer { end.cancel() }
    let head = head(method, url, host, headers, byteCount: body.utf8.count)
    return try await exchange.executeThenClose { inbound, outbound in
      try await outbound.write(.head(head))
      if !body.isEmpty { try await outbound.write(.body(.byteBuffer(ByteBuffer(string: body)))) }
      try await outbound.write(.end(nil))
      return try await response(in: inbound, from: host)
    }
  }

  private func head(
    _ method: HTTPMethod, _ url: URL, _ host: String, _ headers: HTTPHeaders, byteCount: Int
  ) -> HTTPRequestHead {
    var headers = headers
    headers.add(name: "Host", value: url.port.map { "\(host):\($0)" } ?? host)
    headers.add(name: "Connection", value: "close")
    headers.add(name: "Content-Length", value: String(byteCount))
    let path = url.path(percentEncoded: true)
    let target = (path.isEmpty ? "/" : path) + (url.query(percentEncoded: true).map { "?\($0)" } ?? "")
    return HTTPRequestHead(version: .http1_1, method: method, uri: target, headers: headers)
  }

  private func connect(_ host: String, _ port: Int, isSecure: Bool) async throws -> Exchange {
    let context = isSecure ? try NIOSSLContext(configuration: .makeClientConfiguration()) : nil
    return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connectTimeout(Self.connectTimeout)
      .connect(host: host, port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          if let context {
            try pipeline.addHandler(NIOSSLClientHandler(context: context, serverHostname: host))
          }
          try pipeline.addHTTPClientHandlers()
          return try Exchange(wrappingChannelSynchronously: channel)
        }
      }
  }

  private func response(
    in inbound: NIOAsyncChannelInboundStream<HTTPClientResponsePart>, from host: String
  ) async throws -> Response {
    var head: HTTPResponseHead?
    var body = ByteBuffer()
    for try await part in inbound {
      switch part {
      case .head(let value): head = value
      case .body(var bytes):
        guard body.readableBytes + bytes.readableBytes <= Self.bodyLimit else { throw Failure.tooLong }
        body.writeBuffer(&bytes)
      case .end:
        guard let head else { break }
        return Response(status: Int(head.status.code), headers: head.headers, body: String(buffer: body))
      }
    }
    throw Failure.noAnswer(host)
  }
}
