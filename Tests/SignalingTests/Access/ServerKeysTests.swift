import FoundationEssentials
import Signaling
import Testing

@Suite struct ServerKeysTests {
  @Test func aDirectoryIsGivenAKeyOnceAndKeepsItToItself() throws {
    try withDirectory { directory in
      let path = directory + "/deep/data"
      let made = try ServerKeys.load(dataDirectory: path)
      let loaded = try ServerKeys.load(dataDirectory: path)

      #expect(made.key(for: .resumeToken) == loaded.key(for: .resumeToken))
      let file = path + "/" + ServerKeys.fileName
      #expect(try Data(contentsOf: URL(filePath: file)).count == 32)
      let attributes = try FileManager.default.attributesOfItem(atPath: file)
      #expect(attributes[.posixPermissions] as? Int == 0o600)
      #expect(try FileManager.default.contentsOfDirectory(atPath: path) == [ServerKeys.fileName])
    }
  }

  @Test func everyPurposeHasAKeyOfItsOwn() {
    let keys = ServerKeys.ephemeral()
    #expect(Set(ServerKeys.Purpose.allCases.map { keys.key(for: $0) }).count == ServerKeys.Purpose.allCases.count)
    #expect(ServerKeys.ephemeral().key(for: .resumeToken) != keys.key(for: .resumeToken))
  }

  @Test func aKeyFileOfTheWrongLengthStopsTheStart() throws {
    try withDirectory { directory in
      let path = directory + "/" + ServerKeys.fileName
      for count in [0, 31, 33] {
        try Data(repeating: 1, count: count).write(to: URL(filePath: path))
        #expect(throws: ServerKeys.Failure.wrongLength(path: path, byteCount: count)) {
          try ServerKeys.load(dataDirectory: directory)
        }
      }
    }
  }

  @Test func whatCannotBeMadeIsSaidWithItsPath() {
    #expect(throws: ServerKeys.Failure.self) { try ServerKeys.load(dataDirectory: "/proc/none") }
  }

  private func withDirectory(_ body: (String) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "parley-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    try body(directory.path())
  }
}
