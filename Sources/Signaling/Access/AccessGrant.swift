/// What an access token grants in one room, after it was checked.
package struct AccessGrant: Hashable, Sendable {
  /// Identifies the person to whoever made the token.
  package var subject: String
  /// Nil leaves it to the room.
  package var role: Role?
  /// Nil leaves it to the role.
  package var permissions: Permissions?

  package init(subject: String, role: Role? = nil, permissions: Permissions? = nil) {
    self.subject = subject
    self.role = role
    self.permissions = permissions
  }
}
