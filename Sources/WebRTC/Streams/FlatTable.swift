/// A growing table of values that cannot be copied, reached by small indices that stay the same.
///
/// Neither reading nor changing a value copies it or counts a reference.
package struct FlatTable<Element: ~Copyable>: ~Copyable {
  private var storage: UnsafeMutablePointer<Element>
  private var capacity: Int
  package private(set) var count = 0

  package init() {
    capacity = 4
    storage = .allocate(capacity: capacity)
  }

  deinit {
    storage.deinitialize(count: count)
    storage.deallocate()
  }

  package var indices: Range<Int> { 0..<count }

  /// Appends a value and returns its index.
  @discardableResult
  package mutating func append(_ element: consuming Element) -> Int {
    if count == capacity { grow() }
    (storage + count).initialize(to: element)
    count += 1
    return count - 1
  }

  package subscript(index: Int) -> Element {
    _read {
      precondition(index >= 0 && index < count, "an index of a table was given by it")
      yield storage[index]
    }
    _modify {
      precondition(index >= 0 && index < count, "an index of a table was given by it")
      yield &storage[index]
    }
  }

  private mutating func grow() {
    let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
    larger.moveInitialize(from: storage, count: count)
    storage.deallocate()
    (storage, capacity) = (larger, capacity * 2)
  }
}
