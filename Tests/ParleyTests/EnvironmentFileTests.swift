import Testing
import parley

@Suite struct EnvironmentFileTests {
  @Test(arguments: [
    ("A=b", "b"), (" A = b ", "b"), ("export A=b", "b"), ("A='b # c'", "b # c"), (#"A="b # c" # d"#, "b # c"),
    (#"A="b\n\"c\\""#, "b\n\"c\\"), ("A=b # comment", "b"), ("A=b#c", "b#c"), ("A=", ""), ("A=#", ""), ("A=b=c", "b=c"),
    ("A=1\nA=2", "2"), ("A='b", "b"), ("A=b\r\n", "b"),
  ])
  func readsAValue(text: String, value: String) {
    #expect(EnvironmentFile(parsing: text).values == ["A": value])
  }

  @Test func skipsWhatIsNoAssignment() {
    #expect(EnvironmentFile(parsing: "# A=b\n\nA\n=b\nA B=c\n").values == [:])
  }
}
