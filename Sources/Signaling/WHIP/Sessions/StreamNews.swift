/// What a room tells one WHIP or WHEP session.
package enum StreamNews: Sendable, Equatable {
  /// Media has answered the offer.
  case answer(String)
  /// Media has taken the oldest fragment; with the fragment to be returned if it restarted ICE.
  case fragment(String?)
  /// Media could not use the oldest offer or fragment.
  case refused(MediaRefusal)
  /// Which media description of a player carries what.
  case slots([MediaSlot])
  /// What a player is sent, and what it could be.
  case report(MediaReport)
  /// The connection is up.
  case connected
  /// Whether what a player watches is published.
  case active(Bool)
  case viewers(Int)

  /// Whether it answers something that the session has asked of media.
  var isReply: Bool {
    switch self {
    case .answer, .fragment, .refused: true
    case .slots, .report, .connected, .active, .viewers: false
    }
  }
}
