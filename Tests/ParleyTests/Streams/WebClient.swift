import Glibc

/// Requests to a server on this machine, each over a connection of its own.
struct WebClient {
  struct Response {
    let status: Int
    let headers: [String: String]
    let body: String
  }

  struct Unanswered: Error {}

  let port: Int

  func request(
    _ method: String, _ target: String, _ headers: [String: String] = [:], body: String = ""
  ) async throws -> Response {
    let fields = headers.map { "\($0): \($1)\r\n" }.joined()
    let request =
      "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\(fields)"
      + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    let descriptor = try connected()
    defer { close(descriptor) }
    _ = send(descriptor, request, request.utf8.count, Int32(MSG_NOSIGNAL))
    return try Self.response(in: try await Self.readToEnd(of: descriptor))
  }

  private func connected() throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = UInt16(port).bigEndian
    name.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
    let result = withUnsafePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
        connect(descriptor, name, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw Unanswered() }
    return descriptor
  }

  /// Without holding a thread, for the server may need it.
  private static func readToEnd(of descriptor: Int32) async throws -> [UInt8] {
    var (bytes, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 65_536))
    while true {
      let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
      guard count != 0 else { return bytes }
      if count > 0 {
        bytes += buffer[..<count]
      } else if errno == EAGAIN {
        try await Task.sleep(for: .milliseconds(1))
      } else {
        throw Unanswered()
      }
    }
  }

  private static func response(in bytes: [UInt8]) throws -> Response {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let end = text.firstRange(of: "\r\n\r\n") else { throw Unanswered() }
    let lines = text[..<end.lowerBound].split(separator: "\r\n")
    guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
      throw Unanswered()
    }
    let headers = lines.dropFirst().map { line in
      let parts = line.split(separator: ": ", maxSplits: 1)
      return (parts[0].lowercased(), parts.count == 2 ? String(parts[1]) : "")
    }
    return Response(
      status: status, headers: Dictionary(headers) { $0 + ", " + $1 }, body: String(text[end.upperBound...]))
  }
}
