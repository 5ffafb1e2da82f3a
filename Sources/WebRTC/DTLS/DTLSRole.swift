/// Who opens the association: `setup:active` is the client, `setup:passive` the server (RFC 5763 §5).
package enum DTLSRole: Sendable, CaseIterable {
  case client
  case server
}

extension SRTPKeyingMaterial {
  /// The key for what the side with `role` sends.
  package func sendKey(of role: DTLSRole) -> SRTPMasterKey {
    switch role {
    case .client: return client
    case .server: return server
    }
  }

  /// The key for what the side with `role` receives.
  package func receiveKey(of role: DTLSRole) -> SRTPMasterKey {
    switch role {
    case .client: return server
    case .server: return client
    }
  }
}
