/// Why a text is no session description that this server works with.
package enum SDPError: Error, Equatable, Sendable {
  /// What a description may have only so many of.
  package enum Part: Equatable, Sendable {
    case line
    case media
    case format
    case attribute
    case candidate
    case candidateExtension
    case extensionMap
    case source
    case restrictionIdentifier
  }

  /// The text as a whole is longer than any real one.
  case tooLong
  case lineTooLong
  case tooMany(Part)
  /// It does not begin with `v=0`.
  case notSDP
  /// The line with this number (from 1) does not have the form that its type or attribute demands.
  case malformed(line: Int)
  /// A single value does not have the form that it must have.
  case invalidValue
}

/// What a session description may hold at most. Real ones of browsers have 30 to 100 lines per media description.
package enum SDPLimits {
  /// A subscription with a hundred media descriptions of 100 lines of 50 characters.
  package static let textLength = 512 * 1024
  package static let lineCount = 12_000
  package static let lineLength = 4096
  package static let mediaCount = 128
  /// Payload types have seven bits.
  package static let formatCount = 128
  /// Attributes that are kept without being understood, per section.
  package static let otherAttributeCount = 256
  package static let feedbackCount = 32
  package static let candidateCount = 64
  package static let candidateExtensions = 16
  /// Ids of header extensions have eight bits, but nobody uses so many.
  package static let extensionMapCount = 64
  package static let sourceCount = 64
  package static let restrictionIdentifierCount = 16
}
