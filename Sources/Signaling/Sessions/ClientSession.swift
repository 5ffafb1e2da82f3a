package import NIOCore

/// One WebSocket: what it may do before it is in a room, and where its messages go after.
package final class ClientSession: Sendable {
  private let service: SignalingService
  private let outbox: SessionOutbox
  let address: ClientAddress
  let cookie: String?

  init(service: SignalingService, address: ClientAddress, cookie: String?, outbox: SessionOutbox) {
    self.service = service
    self.address = address
    self.cookie = cookie
    self.outbox = outbox
  }

  /// Handles one message; returns when it is handled, so that a socket is read no faster than its messages are answered.
  package func receive(text: ByteBuffer) async {
    guard text.readableBytes <= service.configuration.limits.messageBytes else { return outbox.close(.messageTooLarge) }
    outbox.close(.protocolViolation)
  }

  /// The peer sent something that is no message: binary, not UTF-8, or too large.
  package func receiveInvalid(_ reason: CloseReason) {
    outbox.close(reason)
  }

  /// The socket is gone.
  package func disconnected() async {
    service.forget(self)
  }
}
