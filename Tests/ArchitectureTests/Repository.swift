import FoundationEssentials
import Testing

/// The files of the working copy that these tests belong to.
enum Repository {
  struct File: Sendable, CustomTestStringConvertible {
    /// From the root of the repository: `Sources/RTP/SSRC.swift`.
    let path: String
    let text: String

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    var testDescription: String { path }
  }

  private static let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
  private static let textExtensions: Set = [
    "swift", "c", "h", "js", "mjs", "ts", "css", "html", "svg", "json", "webmanifest", "py", "go", "sh", "md", "conf",
    "cfg",
  ]

  /// The text files below the folders, without what tools put there.
  static func files(in folders: String..., extensions: Set<String> = textExtensions) -> [File] {
    folders.flatMap { folder in
      let names = (try? FileManager.default.subpathsOfDirectory(atPath: "\(root)/\(folder)")) ?? []
      return names.sorted().compactMap { name in file("\(folder)/\(name)", extensions) }
    }
  }

  static func text(_ path: String) -> String? {
    FileManager.default.contents(atPath: "\(root)/\(path)").map { String(decoding: $0, as: UTF8.self) }
  }

  private static func file(_ path: String, _ extensions: Set<String>) -> File? {
    let parts = path.split(separator: "/")
    guard let name = parts.last, let dot = name.lastIndex(of: "."),
      extensions.contains(String(name[dot...].dropFirst()))
    else { return nil }
    guard !parts.contains(where: { $0.hasPrefix(".") || $0 == "node_modules" || $0 == "__pycache__" }) else {
      return nil
    }
    return text(path).map { File(path: path, text: $0) }
  }
}
