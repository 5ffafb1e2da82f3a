/// A list of at most `capacity` small integers that lives where it is declared: growing it allocates nothing.
@usableFromInline
package struct InlineList<let capacity: Int, Element: FixedWidthInteger & Sendable>: Equatable, Sendable {
  @usableFromInline private(set) package var count = 0
  @usableFromInline var elements: InlineArray<capacity, Element>

  @inlinable package init() {
    elements = InlineArray(repeating: 0)
  }

  /// Throws `invalidLength` if the list is full.
  @inlinable package mutating func append(_ element: Element) throws(WireError) {
    guard count < capacity else { throw .invalidLength }
    elements[count] = element
    count += 1
  }

  @inlinable package subscript(index: Int) -> Element {
    precondition(index < count, "the list has no such element")
    return elements[index]
  }

  @inlinable package var indices: Range<Int> { 0..<count }

  @inlinable package static func == (left: Self, right: Self) -> Bool {
    guard left.count == right.count else { return false }
    for index in left.indices where left[index] != right[index] { return false }
    return true
  }
}
