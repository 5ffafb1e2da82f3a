import FoundationEssentials
import NIOCore
import Synchronization

/// The web client in memory: every file below `public/`, compressed once and ready to be sent.
final class StaticFiles: Sendable {
  enum LoadError: Error, Equatable, CustomStringConvertible {
    case notADirectory(String)
    case noIndex(String)

    var description: String {
      let rule = "It holds the web client, as in PUBLIC_DIR=/usr/share/parley/public."
      return switch self {
      case .notADirectory(let path): "PUBLIC_DIR=\(path): there is no such directory. \(rule)"
      case .noIndex(let path): "PUBLIC_DIR=\(path): there is no index.html in it. \(rule)"
      }
    }
  }

  private struct Stamp: Equatable {
    let modified: Date?
    let size: Int?
  }

  private struct Contents {
    var assets: [String: Asset] = [:]
    var stamps: [String: Stamp] = [:]
    /// `index.html` for pages at depth 0, 1, …: relative links climb as many steps.
    var pages: [Asset] = []
  }

  /// Paths of pages have one step at most below the root, as in `/join/ROOM`.
  private static let pageDepths = 0...1
  private static let indexName = "index.html"

  private let root: String
  private let followsChanges: Bool
  private let contents: Mutex<Contents>

  /// - Parameter followsChanges: looks for changed files at each request, for those who work on the client.
  init(root: String, followsChanges: Bool) throws(LoadError) {
    var isDirectory = false
    guard FileManager.default.fileExists(atPath: root, isDirectory: &isDirectory), isDirectory else {
      throw .notADirectory(root)
    }
    var contents = Contents()
    Self.refresh(&contents, root: root)
    guard !contents.pages.isEmpty else { throw .noIndex(root) }
    self.root = root
    self.followsChanges = followsChanges
    self.contents = Mutex(contents)
  }

  /// The file of a request path, which is compared with known names and never handed to the file system.
  func asset(at path: String) -> Asset? {
    current { $0.assets[String(path.dropFirst())] }
  }

  /// The page, for a path that is so many steps below the root.
  func page(depth: Int) -> Asset? {
    current { Self.pageDepths.contains(depth) ? $0.pages[depth] : nil }
  }

  private func current<Result: Sendable>(_ body: (Contents) -> Result) -> Result {
    contents.withLock { contents in
      if followsChanges { Self.refresh(&contents, root: root) }
      return body(contents)
    }
  }

  /// Reads what is new or changed; what begins with a dot is not ours to serve.
  private static func refresh(_ contents: inout Contents, root: String) {
    let names = (try? FileManager.default.subpathsOfDirectory(atPath: root)) ?? []
    var stamps: [String: Stamp] = [:]
    for name in names where !name.split(separator: "/").contains(where: { $0.hasPrefix(".") }) {
      let path = root + "/" + name
      guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { continue }
      guard attributes[.type] as? FileAttributeType == .typeRegular else { continue }
      let stamp = Stamp(modified: attributes[.modificationDate] as? Date, size: attributes[.size] as? Int)
      stamps[name] = stamp
      guard contents.stamps[name] != stamp, let data = FileManager.default.contents(atPath: path) else { continue }
      contents.assets[name] = Asset(path: name, bytes: Array(data))
      if name == indexName { contents.pages = pages(of: String(decoding: data, as: UTF8.self)) }
    }
    contents.assets = contents.assets.filter { stamps[$0.key] != nil }
    contents.stamps = stamps
  }

  private static func pages(of index: String) -> [Asset] {
    pageDepths.map { Asset(path: indexName, bytes: Array(relocated(index, depth: $0).utf8)) }
  }
}

/// The page with its relative links (`./…` in `href` and `src`) pointing the given number of steps up.
///
/// No `<base>` could do this: the policy forbids it, and the server need not know what prefix a proxy strips.
func relocated(_ page: String, depth: Int) -> String {
  guard depth > 0 else { return page }
  let climb = String(repeating: "../", count: depth)
  return ["href", "src"].reduce(page) { page, attribute in
    page.replacing(" \(attribute)=\"./", with: " \(attribute)=\"\(climb)")
  }
}
