/// A growing table of values that cannot be copied, reached by small indices that stay the same.
///
/// Neither reading nor changing a value copies it or counts a reference. The values are large and most tables have one or two or
/// none, so nothing is set aside before the first.
package struct FlatTable<Element: ~Copyable>: ~Copyable {
  /// A microphone and a camera.
  private static var initialCapacity: Int { 2 }

  private var storage: UnsafeMutablePointer<Element>?
  private var capacity = 0
  package private(set) var count = 0

  package init() {}

  deinit {
    storage?.deinitialize(count: count)
    storage?.deallocate()
  }

  package var indices: Range<Int> { 0..<count }

  /// Appends a value and returns its index.
  @discardableResult
  package mutating func append(_ element: consuming Element) -> Int {
    (storageWithRoom() + count).initialize(to: element)
    count += 1
    return count - 1
  }

  package subscript(index: Int) -> Element {
    _read {
      precondition(index >= 0 && index < count, "an index of a table was given by it")
      yield storage![index]  // there is an element
    }
    _modify {
      precondition(index >= 0 && index < count, "an index of a table was given by it")
      yield &storage![index]  // there is an element
    }
  }

  private mutating func storageWithRoom() -> UnsafeMutablePointer<Element> {
    if let storage, count < capacity { return storage }
    capacity = max(Self.initialCapacity, capacity * 2)
    let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity)
    if let storage {
      larger.moveInitialize(from: storage, count: count)
      storage.deallocate()
    }
    storage = larger
    return larger
  }
}
