/// A fixed number of values, found by a number modulo their count; the memory is taken when the first is written.
///
/// Most peers only send or only receive, so most rings are never needed.
struct FlatRing<Element>: ~Copyable {
  private var elements: UnsafeMutablePointer<Element>?
  private let count: Int
  private let absent: Element

  /// A ring of `count` values, a power of two, all of which are `absent`.
  init(count: Int, absent: Element) {
    precondition(count > 0 && count.nonzeroBitCount == 1, "a ring is indexed by a mask")
    self.count = count
    self.absent = absent
  }

  deinit {
    elements?.deinitialize(count: count)
    elements?.deallocate()
  }

  subscript(number: Int) -> Element {
    get { elements?[number & (count - 1)] ?? absent }
    set {
      let elements = elements ?? allocate()
      elements[number & (count - 1)] = newValue
    }
  }

  private mutating func allocate() -> UnsafeMutablePointer<Element> {
    let new = UnsafeMutablePointer<Element>.allocate(capacity: count)
    new.initialize(repeating: absent, count: count)
    elements = new
    return new
  }
}
