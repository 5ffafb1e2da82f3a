import NIOCore
import NIOPosix
import NIOSSL

/// A TCP connection over which a test says exactly what it wants, byte by byte.
///
/// For one task. It asserts nothing itself: what the server did is returned or thrown.
final class RawConnection {
  struct Closed: Error {}
  /// What came was not HTTP.
  struct Malformed: Error { let line: String }

  struct Response {
    let status: Int
    let headers: [(name: String, value: String)]
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    /// All values of a header, joined as they would be in one.
    subscript(_ name: String) -> String? {
      let values = headers.filter { $0.name == name.lowercased() }.map(\.value)
      return values.isEmpty ? nil : values.joined(separator: ", ")
    }
  }

  let channel: any Channel
  private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
  private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
  private var received = ByteBuffer()

  private init(
    _ channel: any Channel, _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>,
    _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
  ) {
    self.channel = channel
    self.inbound = inbound.makeAsyncIterator()
    self.outbound = outbound
  }

  /// Connects, runs, closes. With `isTLS` any certificate is accepted.
  static func open<Result>(
    port: Int, isTLS: Bool = false, _ body: (RawConnection) async throws -> Result
  ) async throws -> Result {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(.allowRemoteHalfClosure, value: true)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          if isTLS { try channel.pipeline.syncOperations.addHandler(tlsHandler()) }
          return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      try await body(RawConnection(channel.channel, inbound, outbound))
    }
  }

  private static func tlsHandler() throws -> NIOSSLClientHandler {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.certificateVerification = .none
    return try NIOSSLClientHandler(context: NIOSSLContext(configuration: configuration), serverHostname: nil)
  }

  func send(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }

  func send(_ bytes: [UInt8]) async throws { try await outbound.write(ByteBuffer(bytes: bytes)) }

  /// Sends a request with the headers given and `Host`, and reads the answer.
  func request(
    _ method: String = "GET", _ target: String, _ headers: [String] = [], host: String = "localhost", body: String = ""
  ) async throws -> Response {
    let length = body.isEmpty ? [] : ["Content-Length: \(body.utf8.count)"]
    let lines = ["\(method) \(target) HTTP/1.1", "Host: \(host)"] + headers + length
    try await send(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
    return try await response(hasBody: method != "HEAD")
  }

  func response(hasBody: Bool = true) async throws -> Response {
    var lines: [String] = []
    while true {
      let line = try await line()
      if line.isEmpty { break }
      lines.append(line)
    }
    guard let first = lines.first, let status = Int(first.split(separator: " ").dropFirst().first ?? "") else {
      throw Malformed(line: lines.first ?? "")
    }
    let headers = lines.dropFirst().map { line in
      let parts = line.split(separator: ":", maxSplits: 1)
      return (name: parts[0].lowercased(), value: String(parts[1].dropFirst()))
    }
    let length = headers.first { $0.name == "content-length" }.flatMap { Int($0.value) } ?? 0
    let body = hasBody ? try await read(length) : []
    return Response(status: status, headers: Array(headers), body: body)
  }

  /// Exactly so many bytes; throws `Closed` when the server ends first.
  func read(_ count: Int) async throws -> [UInt8] {
    while received.readableBytes < count { try await receive() }
    return received.readBytes(length: count) ?? []
  }

  /// Waits until the server has closed its side; what it still sends is returned.
  func readToEnd() async throws -> [UInt8] {
    do {
      while true { try await receive() }
    } catch is Closed {
      return received.readBytes(length: received.readableBytes) ?? []
    }
  }

  private func line() async throws -> String {
    while true {
      if let end = received.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) {
        let line = received.readString(length: end - received.readerIndex + 1) ?? ""
        return line.trimmingCharacters("\r\n")
      }
      try await receive()
    }
  }

  /// A reset is an end as well: what the server did is the same, only less polite.
  private func receive() async throws {
    let next: ByteBuffer?
    do {
      next = try await inbound.next()
    } catch is IOError {
      next = nil
    }
    guard let next else { throw Closed() }
    received.writeImmutableBuffer(next)
  }
}

extension String {
  fileprivate func trimmingCharacters(_ characters: String) -> String {
    String(self[..<(lastIndex { !characters.contains($0) && $0 != "\r\n" }.map { index(after: $0) } ?? startIndex)])
  }
}
