package import STUN

/// What the admin decided about media.
package struct MediaConfiguration: Sendable {
  /// Empty: every address of the machine.
  package var listenAddresses: [IPAddress] = []
  /// Of UDP and TCP; 0: any free one.
  package var port: UInt16 = 3478
  /// Empty: found out.
  package var announced: [AnnouncedHost] = []
  /// How many threads carry media, and whether each stays on a core of its own.
  package var workerCount = 1
  package var pinsWorkers = false
  /// How many microphones are sent to everybody beside that of who leads the conversation.
  package var loudestCount = 3
  /// So long packets of a picture wait for its last, at most.
  package var collecting = Duration.milliseconds(12)

  package init() {}
}

/// An address that clients are told to send media to, or a name for one.
package enum AnnouncedHost: Hashable, Sendable {
  case address(IPAddress)
  case name(String)
}
