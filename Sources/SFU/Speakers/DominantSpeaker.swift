package import RTP
import WebRTC

/// Who leads a room's conversation (Volfin and Cohen 2012): whoever leads goes on until another clearly speaks instead.
///
/// Another takes over that is far ahead at the moment and over the last tenth of a second, and ahead over the last second. So a
/// cough is no speech, agreement with a word no answer, and of two who speak at once the first goes on until it pauses.
package struct DominantSpeaker {
  /// Somebody with a microphone.
  package struct Candidate {
    package var speaker: Participant.Handle
    /// The microphone.
    package var track: PublishedTrack.Handle
    package var scores: SpeechActivity.Scores

    package init(
      _ speaker: Participant.Handle, on track: PublishedTrack.Handle = .none, _ scores: SpeechActivity.Scores
    ) {
      (self.speaker, self.track, self.scores) = (speaker, track, scores)
    }
  }

  /// How often it is asked who leads.
  package static let interval = Duration.milliseconds(300)
  /// How far another must be ahead: differences of logarithms of the scores.
  private static let lead = (immediate: 3.0, medium: 2.0, long: 0.0)
  /// Whoever was heard for less of the last second has coughed, or begun.
  private static let shortestSpeech = Duration.milliseconds(300)
  /// Nobody leads after so long a silence.
  package static let longestSilence = Duration.seconds(10)

  package private(set) var current: Participant.Handle?
  private var activeAt = Instant.zero

  package init() {}

  /// Looks who leads now, among all in the room who have a microphone; true if that is another than before.
  package mutating func elect(among candidates: some Collection<Candidate>, at now: Instant) -> Bool {
    let before = current
    let incumbent = candidates.first { $0.speaker == current }
    if let incumbent {
      if incumbent.scores.loudTime > .zero { activeAt = now }
      if activeAt + Self.longestSilence <= now { current = nil }
    } else {
      current = nil
    }
    if let winner = Self.winner(among: candidates, against: current == nil ? nil : incumbent) {
      (current, activeAt) = (winner, now)
    }
    return current != before
  }

  /// Whoever is furthest ahead over the last tenth of a second among those who are ahead at all.
  private static func winner(
    among candidates: some Collection<Candidate>, against incumbent: Candidate?
  ) -> Participant.Handle? {
    var best: (speaker: Participant.Handle, lead: Double)?
    for candidate in candidates where candidate.speaker != incumbent?.speaker {
      guard candidate.scores.loudTime >= shortestSpeech,
        let lead = lead(of: candidate.scores, against: incumbent?.scores), lead > best?.lead ?? .zero
      else { continue }
      best = (candidate.speaker, lead)
    }
    return best?.speaker
  }

  /// By how much a candidate is ahead over the last tenth of a second; nil if it is not far enough ahead at every scale.
  ///
  /// Of whom no levels are known, it leads only while nobody is known to speak.
  private static func lead(
    of candidate: SpeechActivity.Scores, against incumbent: SpeechActivity.Scores?
  ) -> Double? {
    guard candidate.isMeasured || incumbent == nil else { return nil }
    let other = incumbent.flatMap { $0.isMeasured ? $0 : nil } ?? SpeechActivity.Scores()
    let medium = naturalLogarithm(candidate.medium / other.medium)
    guard naturalLogarithm(candidate.immediate / other.immediate) > lead.immediate, medium > lead.medium,
      naturalLogarithm(candidate.long / other.long) > lead.long
    else { return nil }
    return medium
  }
}
