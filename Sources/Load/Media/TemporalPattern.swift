package import RTP

/// Which temporal layer each picture belongs to, in turn, as libwebrtc has it for VP8.
///
/// Whoever leaves out the highest layer sees half of the pictures. A switching point refers to lower layers only, so that one may go up there.
package struct TemporalPattern: Sendable {
  package typealias Place = VP8PayloadDescriptor.TemporalLayer

  private let places: [Place]
  /// What a picture takes of the mean, in percent, by its layer.
  private let shares: [Int]

  /// - Parameter layerCount: one, two or three.
  package init(layerCount: Int) {
    switch layerCount {
    case 2:
      places = [Place(id: 0, isSwitchingPoint: false), Place(id: 1, isSwitchingPoint: true)]
      shares = [120, 80]
    case 3:
      places = [
        Place(id: 0, isSwitchingPoint: false), Place(id: 2, isSwitchingPoint: true),
        Place(id: 1, isSwitchingPoint: true), Place(id: 2, isSwitchingPoint: false),
      ]
      shares = [160, 80, 80]
    default:
      places = [Place(id: 0, isSwitchingPoint: false)]
      shares = [100]
    }
  }

  /// The place of a picture, counted from the last keyframe.
  package subscript(picture: Int) -> (place: Place, percent: Int) {
    let place = places[picture % places.count]
    return (place, shares[Int(place.id)])
  }
}
