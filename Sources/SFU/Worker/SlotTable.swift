/// A bounded table of values that cannot be copied, in which each keeps its place, with names that outlive nobody.
///
/// Memory is set aside at once and touched only as it is used. A freed place is given again under another generation, so that a
/// name of something gone finds nothing.
package struct SlotTable<Element: ~Copyable>: ~Copyable {
  /// Names an element for as long as it lives.
  package struct Handle: Hashable, Sendable {
    package let index: Int32
    fileprivate let generation: UInt32

    /// Names nothing.
    package static var none: Handle { Handle(index: -1, generation: 0) }

    /// All of it in one number, and back.
    package var rawValue: UInt64 { UInt64(generation) << 32 | UInt64(UInt32(bitPattern: index)) }

    package init(rawValue: UInt64) {
      index = Int32(truncatingIfNeeded: rawValue)
      generation = UInt32(truncatingIfNeeded: rawValue >> 32)
    }

    fileprivate init(index: Int32, generation: UInt32) {
      (self.index, self.generation) = (index, generation)
    }
  }

  package let capacity: Int
  package private(set) var count = 0
  private let elements: UnsafeMutablePointer<Element>
  /// Odd while the place is taken.
  private let generations: UnsafeMutablePointer<UInt32>
  /// Places that were freed; beyond `used` none has ever been taken.
  private var free: [Int32] = []
  private var used = 0

  package init(capacity: Int) {
    self.capacity = capacity
    elements = .allocate(capacity: capacity)
    generations = .allocate(capacity: capacity)
    generations.initialize(repeating: 0, count: capacity)
  }

  deinit {
    for index in 0..<used where generations[index] & 1 == 1 { (elements + index).deinitialize(count: 1) }
    elements.deallocate()
    generations.deallocate()
  }

  package var isFull: Bool { count == capacity }

  /// The names of all elements.
  package var handles: [Handle] {
    (0..<used).filter { generations[$0] & 1 == 1 }.map { Handle(index: Int32($0), generation: generations[$0]) }
  }

  /// All places that were ever taken, for going through the elements without a list of them.
  package var places: Range<Int> { 0..<used }

  /// The element in a place; nil for a place that is free.
  package func handle(inPlace place: Int) -> Handle? {
    generations[place] & 1 == 1 ? Handle(index: Int32(place), generation: generations[place]) : nil
  }

  /// Takes an element in; not to be called when full.
  package mutating func insert(_ element: consuming Element) -> Handle {
    precondition(!isFull, "who inserts has asked whether there is room")
    let index = takePlace()
    (elements + index).initialize(to: element)
    generations[index] += 1
    count += 1
    return Handle(index: Int32(index), generation: generations[index])
  }

  private mutating func takePlace() -> Int {
    if let freed = free.popLast() { return Int(freed) }
    used += 1
    return used - 1
  }

  /// Removes an element, if it lives.
  package mutating func remove(_ handle: Handle) {
    guard contains(handle) else { return }
    let index = Int(handle.index)
    (elements + index).deinitialize(count: 1)
    generations[index] &+= 1
    free.append(handle.index)
    count -= 1
  }

  @inline(__always) package func contains(_ handle: Handle) -> Bool {
    handle.index >= 0 && handle.index < used && generations[Int(handle.index)] == handle.generation
  }

  /// The name of whoever is in a place at present.
  package func handle(at index: Int32) -> Handle {
    Handle(index: index, generation: generations[Int(index)])
  }

  package subscript(handle: Handle) -> Element {
    @inline(__always) _read {
      precondition(contains(handle), "who reads has asked whether it lives")
      yield elements[Int(handle.index)]
    }
    @inline(__always) _modify {
      precondition(contains(handle), "who changes has asked whether it lives")
      yield &elements[Int(handle.index)]
    }
  }
}
