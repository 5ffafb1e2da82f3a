/// What one sees of a meeting who looks at everybody at once: tiles in a window of 1280 × 720, as many rows as columns.
package struct GalleryView {
  private static let window = (width: 1280, height: 720)

  private let shown: ArraySlice<String>

  /// - Parameter limit: so many have a tile; the others are on later pages.
  package init(of others: [String], atMost limit: Int) {
    shown = others.prefix(limit)
  }

  /// What is to be sent for it: the camera of each at the size of its tile.
  package var wishes: [SignalingRequest.Wish] {
    let columns = (1...8).first { $0 * $0 >= shown.count } ?? 8
    return shown.map {
      SignalingRequest.Wish(participant: $0, width: Self.window.width / columns, height: Self.window.height / columns)
    }
  }
}
