/// The two ways in over plain HTTP: an encoder publishes by WHIP (RFC 9725), a player watches by WHEP (draft-ietf-wish-whep-03).
package enum StreamProtocol: String, Sendable, CaseIterable {
  case whip
  case whep
}
