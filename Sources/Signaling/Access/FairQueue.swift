/// Those who wait for a turn, each for a source; sources take turns, so that one which sends many delays the others by one.
package struct FairQueue<Source: Hashable & Sendable, Element: Sendable>: Sendable {
  private let limit: Int
  private let limitPerSource: Int
  private var waiting: [Source: [Element]] = [:]
  /// The sources with somebody waiting, whose turn is next first.
  private var order: [Source] = []
  package private(set) var count = 0

  /// - Parameters:
  ///   - limit: how many wait at the most, all together.
  ///   - limitPerSource: how many of one source.
  package init(limit: Int, limitPerSource: Int) {
    self.limit = limit
    self.limitPerSource = limitPerSource
  }

  /// Whether one more of this source may wait.
  package func hasRoom(for source: Source) -> Bool {
    count < limit && waiting[source, default: []].count < limitPerSource
  }

  package mutating func append(_ element: Element, from source: Source) {
    if waiting[source] == nil { order.append(source) }
    waiting[source, default: []].append(element)
    count += 1
  }

  /// Takes who is next; nil when nobody waits.
  package mutating func popFirst() -> Element? {
    guard !order.isEmpty else { return nil }
    let source = order.removeFirst()
    guard var queue = waiting.removeValue(forKey: source) else { return nil }
    let element = queue.removeFirst()
    if !queue.isEmpty {
      waiting[source] = queue
      order.append(source)
    }
    count -= 1
    return element
  }
}
