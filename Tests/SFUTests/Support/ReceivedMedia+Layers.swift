import ScriptedPeer

extension ReceivedMedia {
  /// Which layer of a simulcast it is, by the number inside (see `Browser.startLayer`).
  var layer: Int { (index ?? -100_000) / 100_000 }
}

extension [ReceivedMedia] {
  /// The layers that it came in, one after the other.
  var layers: [Int] {
    var layers: [Int] = []
    for media in self where layers.last != media.layer { layers.append(media.layer) }
    return layers
  }
}

extension [Int] {
  /// Whether each is one more than the one before, of which there is at least one.
  var haveNoGap: Bool { !isEmpty && zip(self, dropFirst()).allSatisfy { $1 == $0 + 1 } }
}
