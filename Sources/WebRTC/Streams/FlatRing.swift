/// A ring of values, found by a number modulo their count, that grows from little to a bound where its owner needs more.
///
/// The memory is taken when the first is written, since most peers only send or only receive. Growing is the only other time at
/// which it is taken, and never happens again once the ring fits what it is used for.
struct FlatRing<Element>: ~Copyable {
  /// How many values it holds at most.
  let limit: Int
  /// How many values it has room for, a power of two.
  private(set) var count: Int
  private var elements: UnsafeMutablePointer<Element>?
  private let absent: Element

  /// A ring that begins with room for `count` values, all of which are `absent`, and grows up to `limit`.
  init(count: Int, limit: Int, absent: Element) {
    precondition(count > 0 && count.nonzeroBitCount == 1, "a ring is indexed by a mask")
    precondition(limit >= count && limit.nonzeroBitCount == 1, "a ring grows by doubling")
    (self.count, self.limit, self.absent) = (count, limit, absent)
  }

  deinit {
    elements?.deinitialize(count: count)
    elements?.deallocate()
  }

  var canGrow: Bool { count < limit }

  subscript(number: Int) -> Element {
    get { elements?[number & (count - 1)] ?? absent }
    set {
      let elements = elements ?? allocate()
      elements[number & (count - 1)] = newValue
    }
  }

  /// Doubles the room. The values of `numbers`, at most `count` in a row, stay under their numbers; all others become absent.
  mutating func grow(keeping numbers: Range<Int>) {
    precondition(numbers.count <= count, "a ring keeps what it can hold")
    replace { old, new in
      for number in numbers { new[number & (new.count - 1)] = old[number & (old.count - 1)] }
    }
  }

  /// Doubles the room for values that know their numbers; one without a number becomes absent.
  mutating func grow(numbering number: (Element) -> Int?) {
    replace { old, new in
      for element in old {
        if let number = number(element) { new[number & (new.count - 1)] = element }
      }
    }
  }

  private mutating func replace(
    _ move: (UnsafeMutableBufferPointer<Element>, UnsafeMutableBufferPointer<Element>) -> Void
  ) {
    precondition(canGrow, "a ring grows within its bound")
    let old = UnsafeMutableBufferPointer(start: elements, count: elements == nil ? 0 : count)
    count *= 2
    guard !old.isEmpty else { return }
    move(old, UnsafeMutableBufferPointer(start: allocate(), count: count))
    old.deinitialize()
    old.deallocate()
  }

  private mutating func allocate() -> UnsafeMutablePointer<Element> {
    let new = UnsafeMutablePointer<Element>.allocate(capacity: count)
    new.initialize(repeating: absent, count: count)
    elements = new
    return new
  }
}
