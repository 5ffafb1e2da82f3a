import Signaling
import Testing

@Suite struct JSONParserTests {
  @Test(arguments: [
    ("1", JSONError?.none), (" [ ] ", nil), ("{}", nil), (#"{"a":[1,{"b":null}],"c":"\u00e9"}"#, nil), ("-0", nil),
    ("1.5e-3", nil), (#""\ud83d\ude00""#, nil), ("\t\r\n true", nil), ("", .unexpectedEnd), ("[", .unexpectedEnd),
    ("[1,]", .unexpectedByte(at: 3)), ("{\"a\"}", .unexpectedByte(at: 4)), ("{a:1}", .unexpectedByte(at: 1)),
    ("{\"a\":1,}", .unexpectedByte(at: 7)), ("01", .unexpectedByte(at: 0)), ("1.", .unexpectedEnd),
    ("-", .unexpectedEnd), ("+1", .unexpectedByte(at: 0)), (".5", .unexpectedByte(at: 0)), ("1e", .unexpectedEnd),
    ("NaN", .unexpectedByte(at: 0)), ("nul", .unexpectedEnd), ("nulL", .unexpectedByte(at: 3)),
    ("1 2", .trailingBytes(at: 2)), ("{}}", .trailingBytes(at: 2)), ("'a'", .unexpectedByte(at: 0)),
    ("\"\n\"", .controlCharacter(at: 1)), ("\"\u{0}\"", .controlCharacter(at: 1)), (#""\x""#, .invalidEscape(at: 1)),
    (#""\u12g4""#, .invalidEscape(at: 1)), (#""\u12"#, .unexpectedEnd), (#""\ud800""#, .loneSurrogate(at: 1)),
    (#""\udc00""#, .loneSurrogate(at: 1)), (#""\ud800\ud800""#, .loneSurrogate(at: 1)),
    (#""\ud800A""#, .loneSurrogate(at: 1)), ("\u{FEFF}1", .unexpectedByte(at: 0)), ("/**/1", .unexpectedByte(at: 0)),
  ])
  func readsExactlyWhatRFC8259Allows(text: String, expected: JSONError?) {
    var parser = JSONParser(Array(text.utf8))

    var failure: JSONError?
    do { _ = try parser.parse() } catch { failure = error }

    #expect(failure == expected)
  }

  @Test func boundsTheDepthInsideAndOut() {
    for (depth, fits) in [(16, true), (17, false), (60_000, false)] {
      for (open, close) in [("[", "]"), (#"{"a":"#, "}")] {
        let inner = open == "[" ? "" : "1"
        let text = String(repeating: open, count: depth) + inner + String(repeating: close, count: depth)
        var parser = JSONParser(Array(text.utf8))
        #expect(((try? parser.parse()) != nil) == fits, "\(depth)")
      }
    }
  }

  @Test func boundsTheNumberOfValues() {
    for (count, fits) in [(4095, true), (4096, false)] {
      var parser = JSONParser(Array(("[" + Array(repeating: "1", count: count).joined(separator: ",") + "]").utf8))
      #expect(((try? parser.parse()) != nil) == fits)
    }
  }

  @Test func resolvesEveryEscape() throws {
    let text = #""\"\\\/\b\f\n\r\t\u0041\u00e9\u20ac\ud83d\ude00é""#
    let bytes = Array(text.utf8)
    var parser = JSONParser(bytes)

    guard case .string(let string) = try parser.parse() else { return #expect(Bool(false)) }

    #expect(bytes.text(of: string) == "\"\\/\u{8}\u{C}\n\r\tAé€😀é")
  }

  @Test(arguments: [
    ("0", Int64(0)), ("-1", -1), ("9007199254740993", 9_007_199_254_740_993),
    ("999999999999999999", 999_999_999_999_999_999),
    ("1000000000000000000", nil), ("1.0", nil), ("1e3", nil),
  ])
  func keepsIntegersAndOnlyThem(text: String, expected: Int64?) throws {
    var parser = JSONParser(Array(text.utf8))

    let value = try parser.parse()

    if case .integer(let number) = value { #expect(number == expected) } else { #expect(expected == nil) }
  }
}
