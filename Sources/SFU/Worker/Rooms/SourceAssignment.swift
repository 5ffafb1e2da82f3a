package import WebRTC

/// Which source each media description of a publisher's offer shows.
///
/// By what the offerer says of its mid, or by what it showed before, or else the first of its kind is the microphone or the camera.
package struct SourceAssignment {
  /// Why an offer's sources make no sense.
  package enum Refusal: Error, Equatable {
    /// The description of this mid is of another kind than the source.
    case wrongKind(mid: String, MediaServer.Source)
    case twice(MediaServer.Source)
  }

  /// By the place of the media description; none for those that send nothing.
  package private(set) var sources: [Int: MediaServer.Source] = [:]

  /// Reads an offer; `present` is what is published now, by the place of its media description.
  package init(
    of offer: SessionDescription, named: [String: MediaServer.Source], present: [Int: MediaServer.Source]
  ) throws(Refusal) {
    let sending = offer.media.indices.filter { index in
      let media = offer.media[index]
      return !media.isRejected && offer.direction(of: media).sends && MediaServer.Slot.Kind(media.kind) != nil
    }
    for index in sending {
      guard let source = offer.media[index].mid.flatMap({ named[$0] }) else { continue }
      try assign(source, to: index, offer.media[index])
    }
    for index in sending where sources[index] == nil {
      guard let before = present[index], before.kind == MediaServer.Slot.Kind(offer.media[index].kind),
        !sources.values.contains(before)
      else { continue }
      sources[index] = before
    }
    for index in sending where sources[index] == nil {
      let source: MediaServer.Source = MediaServer.Slot.Kind(offer.media[index].kind) == .audio ? .microphone : .camera
      try assign(source, to: index, offer.media[index])
    }
  }

  /// In an echo sources mean nothing, so the descriptions of a kind take those of the kind in order; what is more is left out.
  package init(ofEcho offer: SessionDescription) {
    for (index, media) in offer.media.enumerated() where !media.isRejected {
      guard let kind = MediaServer.Slot.Kind(media.kind) else { continue }
      let taken = Set(sources.values)
      sources[index] = MediaServer.Source.allCases.first { $0.kind == kind && !taken.contains($0) }
    }
  }

  private mutating func assign(
    _ source: MediaServer.Source, to index: Int, _ media: MediaDescription
  ) throws(Refusal) {
    guard source.kind == MediaServer.Slot.Kind(media.kind) else {
      throw .wrongKind(mid: media.mid ?? String(index), source)
    }
    guard !sources.values.contains(source) else { throw .twice(source) }
    sources[index] = source
  }
}

extension SourceAssignment.Refusal {
  /// For whoever wrote the offer.
  package var sentence: String {
    switch self {
    case .wrongKind(let mid, let source): "The media description \(mid) cannot show a \(source.noun)."
    case .twice(let source): "The offer has more than one \(source.noun); say by mid what each media description shows."
    }
  }
}

extension MediaServer.Source {
  fileprivate var noun: String {
    switch self {
    case .microphone: "microphone"
    case .camera: "camera"
    case .screen: "screen"
    case .screenAudio: "screen's sound"
    }
  }
}
