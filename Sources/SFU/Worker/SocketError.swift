internal import Glibc

/// A socket call that the system refused, with the number it gave.
package struct SocketError: Error, Equatable, CustomStringConvertible {
  package enum Operation: String, Sendable {
    case open, bind, listen, poll
  }

  package let operation: Operation
  /// `errno` of the call.
  package let code: Int32

  package init(during operation: Operation, code: Int32 = errno) {
    self.operation = operation
    self.code = code
  }

  package var description: String {
    "\(operation.rawValue): \(String(cString: strerror(code)))"
  }
}
