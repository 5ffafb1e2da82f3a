/// WebSocket spoken by hand (RFC 6455 §5.2), so that a test can also speak it wrongly.
extension RawConnection {
  struct Frame: Equatable {
    let opcode: UInt8
    let payload: [UInt8]

    static let text: UInt8 = 0x1
    static let binary: UInt8 = 0x2
    static let close: UInt8 = 0x8
    static let ping: UInt8 = 0x9
    static let pong: UInt8 = 0xA

    var text: String { String(decoding: payload, as: UTF8.self) }

    /// Code and reason of a Close.
    var closeCode: Int? { payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil }
    var closeReason: String { String(decoding: payload.dropFirst(2), as: UTF8.self) }
  }

  static let handshake = [
    "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  ]

  /// Connects and upgrades; the test begins after the 101.
  static func openWebSocket<Result>(
    port: Int, isTLS: Bool = false, _ body: (RawConnection) async throws -> Result
  ) async throws -> Result {
    try await open(port: port, isTLS: isTLS) { connection in
      let answer = try await connection.request("GET", "/ws", handshake)
      guard answer.status == 101 else { throw Closed() }
      return try await body(connection)
    }
  }

  /// A client's frame: masked, final and with the shortest length, unless told otherwise.
  func send(frame opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true, isMasked: Bool = true) async throws {
    let mask: [UInt8] = isMasked ? [0x37, 0xFA, 0x21, 0x3D] : []
    var bytes = [(isFinal ? 0x80 : 0) | opcode] + Self.length(payload.count, isMasked: isMasked) + mask
    bytes += isMasked ? payload.enumerated().map { $1 ^ mask[$0 % 4] } : payload
    try await send(bytes)
  }

  /// The next frame of the server, which masks nothing and sends no fragments.
  func frame() async throws -> Frame {
    let head = try await read(2)
    var length = Int(head[1])
    if length >= 126 {
      length = try await read(length == 126 ? 2 : 8).reduce(0) { $0 << 8 | Int($1) }
    }
    return Frame(opcode: head[0] & 0xF, payload: try await read(length))
  }

  /// The next Close, whatever comes before it.
  func closeFrame() async throws -> Frame {
    while true {
      let frame = try await frame()
      if frame.opcode == Frame.close { return frame }
    }
  }

  static func length(_ count: Int, isMasked: Bool) -> [UInt8] {
    let flag: UInt8 = isMasked ? 0x80 : 0
    switch count {
    case ..<126: return [flag | UInt8(count)]
    case ..<65_536: return [flag | 126, UInt8(count >> 8), UInt8(count & 0xFF)]
    default: return [flag | 127] + (0..<8).map { UInt8(truncatingIfNeeded: count >> (56 - 8 * $0)) }
    }
  }
}
