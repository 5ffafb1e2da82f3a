import SFU
import Testing

/// Names outlive nobody.
@Suite struct SlotTableTests {
  @Test func theNameOfSomethingGoneFindsNothing() {
    var table = SlotTable<Int>(capacity: 2)
    let first = table.insert(1)
    table.remove(first)
    let second = table.insert(2)

    let found = [table.contains(first), table.contains(second)]
    let value = table[second]
    table.remove(first)
    let count = table.count

    #expect(first.index == second.index)
    #expect(found == [false, true] && value == 2 && count == 1)
  }

  @Test func isFullAtItsCapacity() {
    var table = SlotTable<Int>(capacity: 2)
    let given = [table.insert(1), table.insert(2)]
    let (wasFull, listed) = (table.isFull, table.handles)

    table.remove(given[0])
    let (isFull, left) = (table.isFull, table.handles)

    #expect(wasFull && listed == given)
    #expect(!isFull && left == [given[1]])
  }

  @Test func aNameSurvivesBeingANumber() {
    var table = SlotTable<Int>(capacity: 1)
    let handle = table.insert(5)

    let others = [SlotTable<Int>.Handle(rawValue: 0), SlotTable<Int>.Handle.none].filter { table.contains($0) }

    #expect(SlotTable<Int>.Handle(rawValue: handle.rawValue) == handle)
    #expect(others.isEmpty)
  }

  @Test func elementsEndOnceWithTheTable() {
    final class Witness {
      var count = 0
    }
    struct Element: ~Copyable {
      let witness: Witness
      deinit { witness.count += 1 }
    }
    let witness = Witness()

    do {
      var table = SlotTable<Element>(capacity: 4)
      let handles = (0..<3).map { _ in table.insert(Element(witness: witness)) }
      table.remove(handles[1])
      #expect(witness.count == 1)
    }

    #expect(witness.count == 3)
  }
}
