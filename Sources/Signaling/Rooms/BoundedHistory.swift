/// The last entries of something, bounded in number and in bytes, oldest first.
package struct BoundedHistory<Entry: Sendable>: Sendable {
  package private(set) var entries: [Entry] = []
  private var byteCount = 0
  private let limitCount: Int
  private let limitBytes: Int
  /// How many bytes an entry takes where it is written.
  private let cost: @Sendable (Entry) -> Int

  init(count: Int, bytes: Int, cost: @escaping @Sendable (Entry) -> Int) {
    limitCount = count
    limitBytes = bytes
    self.cost = cost
  }

  package mutating func append(_ entry: Entry) {
    entries.append(entry)
    byteCount += cost(entry)
    trim()
  }

  mutating func replace(at index: Int, with entry: Entry) {
    byteCount += cost(entry) - cost(entries[index])
    entries[index] = entry
    trim()
  }

  private mutating func trim() {
    var surplus = 0
    while entries.count - surplus > limitCount || byteCount > limitBytes && surplus < entries.count {
      byteCount -= cost(entries[surplus])
      surplus += 1
    }
    entries.removeFirst(surplus)
  }
}
