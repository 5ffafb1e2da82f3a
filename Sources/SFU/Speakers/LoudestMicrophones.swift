package import RTP

/// Whose microphones a room of many hears: the few loudest, and whoever leads the conversation.
///
/// As many as there are places are heard always, speaking or not, so that nobody is too quiet to be heard among the silent.
/// Whoever begins to speak takes the place of whoever has been silent longest; of many who speak, the quietest make way.
package struct LoudestMicrophones {
  /// A microphone of the room, and how it sounds now.
  package struct Candidate {
    package var track: PublishedTrack.Handle
    package var isSpeaking: Bool
    /// When it was last heard to speak; `zero` if it never was.
    package var spokeAt: Instant
    /// Decibels above silence over the last second.
    package var loudness: Int
    package var leads: Bool

    package init(_ track: PublishedTrack.Handle, isSpeaking: Bool, spokeAt: Instant, loudness: Int, leads: Bool) {
      (self.track, self.isSpeaking, self.spokeAt) = (track, isSpeaking, spokeAt)
      (self.loudness, self.leads) = (loudness, leads)
    }
  }

  private struct Place {
    var track: PublishedTrack.Handle
    var keptUntil: Instant

    init(for candidate: Candidate, at now: Instant) {
      track = candidate.track
      keptUntil = candidate.isSpeaking ? now + LoudestMicrophones.shortestStay : now
    }
  }

  /// Whoever gets a place by speaking keeps it for a sentence at least.
  package static let shortestStay = Duration.seconds(1)
  /// Whoever has spoken is not displaced for so long by a noise that is no speech.
  private static let attention = Duration.seconds(5)
  /// So many decibels louder is louder, and not the same again.
  private static let margin = 6

  private var places: [Place] = []

  package init() {}

  package func contains(_ track: PublishedTrack.Handle) -> Bool {
    places.contains { $0.track == track }
  }

  /// Looks who is heard now among all microphones of the room, by `limit` places; true if that has changed.
  package mutating func choose(among candidates: some Collection<Candidate>, limit: Int, at now: Instant) -> Bool {
    let count = places.count
    places.removeAll { place in !candidates.contains { $0.track == place.track } }
    if places.count > limit { places.removeLast(places.count - limit) }
    var hasChanged = places.count != count
    while places.count < limit, let next = best(outside: candidates) {
      places.append(Place(for: next, at: now))
      hasChanged = true
    }
    while let next = best(outside: candidates), let place = weakestPlace(among: candidates, for: next, at: now) {
      places[place] = Place(for: next, at: now)
      hasChanged = true
    }
    return hasChanged
  }

  /// Whoever should be heard first among those who are not.
  private func best(outside candidates: some Collection<Candidate>) -> Candidate? {
    var best: Candidate?
    for candidate in candidates where !contains(candidate.track) {
      if best.map({ Self.rank($0) < Self.rank(candidate) }) ?? true { best = candidate }
    }
    return best
  }

  private static func rank(_ candidate: Candidate) -> (Int, Int) {
    (candidate.leads ? 2 : candidate.isSpeaking ? 1 : 0, candidate.loudness)
  }

  /// The place that a candidate takes; nil if all others should rather be heard.
  private func weakestPlace(
    among candidates: some Collection<Candidate>, for next: Candidate, at now: Instant
  ) -> Int? {
    var weakest: (place: Int, candidate: Candidate)?
    for (index, place) in places.enumerated() where next.leads || place.keptUntil <= now {
      guard let candidate = candidates.first(where: { $0.track == place.track }),
        Self.yields(candidate, to: next, at: now),
        weakest.map({ Self.isWeaker(candidate, than: $0.candidate) }) ?? true
      else { continue }
      weakest = (index, candidate)
    }
    return weakest?.place
  }

  private static func yields(_ heard: Candidate, to next: Candidate, at now: Instant) -> Bool {
    guard !heard.leads else { return false }
    guard !next.leads else { return true }
    switch (heard.isSpeaking, next.isSpeaking) {
    case (false, true): return true
    case (true, false): return false
    case (true, true): return next.loudness >= heard.loudness + margin
    case (false, false):
      return next.loudness >= heard.loudness + margin && heard.spokeAt + attention <= now
    }
  }

  /// The silent before those who speak, those who were silent longest first, and then the quietest.
  private static func isWeaker(_ left: Candidate, than right: Candidate) -> Bool {
    guard left.isSpeaking == right.isSpeaking else { return !left.isSpeaking }
    guard left.isSpeaking || left.spokeAt == right.spokeAt else { return left.spokeAt < right.spokeAt }
    return left.loudness < right.loudness
  }
}
