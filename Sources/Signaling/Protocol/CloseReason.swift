/// Why the server closes a WebSocket: a close code with its name, as `docs/signaling.md` lists them.
package enum CloseReason: String, Sendable, CaseIterable, Error {
  case left
  case serverStopping
  case binaryRefused
  case invalidUTF8
  case messageTooLarge
  case superseded
  case tooSlow
  case handshakeTimeout
  case protocolViolation
  case removed
  case roomEnded
  case rateLimited
  case unresponsive
  case denied

  /// The WebSocket close code (RFC 6455 §7.4; 4000–4999 are for applications).
  package var code: UInt16 {
    switch self {
    case .left: 1000
    case .serverStopping: 1001
    case .binaryRefused: 1003
    case .invalidUTF8: 1007
    case .messageTooLarge: 1009
    case .superseded: 4000
    case .tooSlow: 4001
    case .handshakeTimeout: 4002
    case .protocolViolation: 4003
    case .removed: 4005
    case .roomEnded: 4006
    case .rateLimited: 4008
    case .unresponsive: 4010
    case .denied: 4011
    }
  }
}
