import Testing

/// Imports go downwards only: the table of `docs/architecture.md`, held against the sources.
@Suite struct FloorTests {
  private static let floors: [String: Int] = [
    "CIPSecMB": 0, "COpenSSL": 0, "CSockets": 0, "CSRTP": 0, "COpus": 0, "CVPX": 0, "CZlib": 0, "CSQLite": 0,
    "RTP": 1, "STUN": 1,
    "WebRTC": 2, "TURN": 2,
    "SFU": 3,
    "Signaling": 4, "Media": 4, "Load": 4,
    "parley": 5,
  ]
  /// What is neither ours nor part of every Swift program, and who may use it.
  private static let guests: [String: Set<String>] = [
    "RTP": [],
    "STUN": ["COpenSSL", "RTP"],
    // Synchronization for the one counter that all handshakes share.
    "WebRTC": ["CIPSecMB", "COpenSSL", "CSRTP", "RTP", "STUN", "Synchronization"],
    "TURN": ["COpenSSL", "RTP", "STUN"],
    "Load": ["COpus", "CSockets", "CVPX", "RTP", "SFU", "STUN", "Synchronization", "WebRTC"],
    "SFU": ["COpenSSL", "CSockets", "Glibc", "RTP", "STUN", "Synchronization", "TURN", "WebRTC"],
  ]
  /// Rooms know no packet: media reaches them only as `MediaPlane`.
  private static let mediaTargets: Set = ["RTP", "STUN", "WebRTC", "TURN", "SFU", "Media", "CSRTP", "COpus", "CVPX"]

  private static let sources = Repository.files(in: "Sources", extensions: ["swift"])

  @Test func thereAreSourcesToLookAt() {
    #expect(Self.sources.count > 50)
  }

  @Test func everyTargetStandsOnAFloor() {
    let targets = Set(Self.sources.map(Self.target))
    #expect(targets.subtracting(Self.floors.keys).isEmpty)
  }

  @Test(arguments: sources)
  func importsOnlyLowerFloors(file: Repository.File) throws {
    let target = Self.target(of: file)
    let floor = try #require(Self.floors[target])

    for module in Self.imports(of: file) {
      guard let below = Self.floors[module] else { continue }
      let isNeighbour = (target, module) == ("STUN", "RTP")
      #expect(below < floor || isNeighbour, "\(file.path) imports \(module)")
    }
  }

  @Test(arguments: sources)
  func importsOnlyWhatItsFloorMay(file: Repository.File) {
    let target = Self.target(of: file)
    let imports = Self.imports(of: file)

    if let allowed = Self.guests[target] {
      #expect(imports.subtracting(allowed).isEmpty, "\(file.path)")
    }
    if target == "Signaling" {
      #expect(imports.isDisjoint(with: Self.mediaTargets), "\(file.path)")
    }
  }

  @Test(arguments: sources)
  func keepsNothingPublic(file: Repository.File) {
    let declarations = file.lines.filter { $0.drop { $0 == " " }.hasPrefix("public ") || $0.contains("open class") }
    #expect(declarations.isEmpty, "\(file.path) is part of an application: package is enough")
  }

  private static func target(of file: Repository.File) -> String {
    String(file.path.split(separator: "/")[1])
  }

  /// The modules named by `import`, whatever stands before and behind the word.
  private static func imports(of file: Repository.File) -> Set<String> {
    let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
    return Set(
      file.lines.compactMap { line in
        let words = line.split(separator: " ")
        guard let position = words.firstIndex(of: "import"), words.prefix(position).allSatisfy(isModifier) else {
          return nil
        }
        let rest = words[(position + 1)...].drop(while: kinds.contains)
        return rest.first?.split(separator: ".").first.map(String.init)
      })
  }

  private static func isModifier(_ word: Substring) -> Bool {
    word.hasPrefix("@") || ["package", "internal", "private", "fileprivate", "public"].contains(word)
  }
}
