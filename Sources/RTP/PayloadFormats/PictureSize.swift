/// The width and height of a video's pictures, as its keyframes announce them.
package struct PictureSize: Equatable, Sendable {
  package var width: Int
  package var height: Int

  package init(width: Int, height: Int) {
    (self.width, self.height) = (width, height)
  }

  /// Throws `invalidValue` for what no picture has.
  init(checking width: Int, _ height: Int) throws(WireError) {
    guard 1...65536 ~= width, 1...65536 ~= height else { throw .invalidValue }
    self.init(width: width, height: height)
  }
}
