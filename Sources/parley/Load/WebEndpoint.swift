import FoundationEssentials
import NIOCore
import NIOPosix
import NIOSSL

/// Where a URL of http or https leads, and a connection to there.
struct WebEndpoint: Sendable {
  struct UnusableURL: Error, CustomStringConvertible {
    let url: String

    var description: String { "\(url) is no URL of http or https with a host" }
  }

  private static let connectTimeout = TimeAmount.seconds(5)

  let host: String
  /// What stands in the field `Host`.
  let authority: String
  /// The path with the query, as it is requested.
  let target: String
  private let port: Int
  private let isSecure: Bool

  init(_ url: URL) throws(UnusableURL) {
    guard let host = url.host(), let scheme = url.scheme, ["http", "https"].contains(scheme) else {
      throw UnusableURL(url: url.absoluteString)
    }
    self.host = host
    isSecure = scheme == "https"
    port = url.port ?? (isSecure ? 443 : 80)
    authority = url.port.map { "\(host):\($0)" } ?? host
    let path = url.path(percentEncoded: true)
    target = (path.isEmpty ? "/" : path) + (url.query(percentEncoded: true).map { "?\($0)" } ?? "")
  }

  /// Connects; `initialize` adds what is spoken above TLS.
  func connect<Output: Sendable>(
    _ initialize: @escaping @Sendable (any Channel) throws -> Output
  ) async throws -> Output {
    let context = isSecure ? try NIOSSLContext(configuration: .makeClientConfiguration()) : nil
    return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connectTimeout(Self.connectTimeout)
      .connect(host: host, port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          if let context {
            let handler = try NIOSSLClientHandler(context: context, serverHostname: host)
            try channel.pipeline.syncOperations.addHandler(handler)
          }
          return try initialize(channel)
        }
      }
  }
}
