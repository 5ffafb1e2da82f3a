/// What to tell an admin about keys in `.env` that mean nothing here.
package enum UnknownKeys {
  private static let mostEdits = 2  // a slip or two; more is another word

  /// One warning per unknown key with the key that was probably meant, and one for all that belong to MiroTalk.
  package static func warnings(for keys: some Sequence<String>) -> [String] {
    let known = Set(Settings.all.map(\.key))
    var warnings: [String] = []
    var foreign: [String] = []
    for key in keys.sorted() where !known.contains(key) {
      if let nearest = nearest(to: key, in: known) {
        warnings.append("\(key) in .env is not a key of Parley; did you mean \(nearest)?")
      } else if MiroTalkKeys.contains(key) {
        foreign.append(key)
      } else {
        warnings.append("\(key) in .env is not a key of Parley.")
      }
    }
    guard !foreign.isEmpty else { return warnings }
    return warnings + ["These keys of MiroTalk in .env mean nothing here: \(foreign.joined(separator: ", "))."]
  }

  private static func nearest(to key: String, in known: Set<String>) -> String? {
    known.map { ($0, edits(from: key, to: $0)) }.filter { $0.1 <= mostEdits }.min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
  }

  /// How many letters must be added, removed or changed (Levenshtein's distance).
  private static func edits(from source: String, to target: String) -> Int {
    let source = Array(source.utf8)
    let target = Array(target.utf8)
    var previous = Array(0...target.count)
    for (row, letter) in source.enumerated() {
      var current = [row + 1]
      for (column, other) in target.enumerated() {
        let changed = previous[column] + (letter == other ? 0 : 1)
        current.append(min(changed, previous[column + 1] + 1, current[column] + 1))
      }
      previous = current
    }
    return previous[target.count]
  }
}

/// The keys of MiroTalk's programs, by their beginnings, so that a file taken from there gives one warning and not a hundred.
private enum MiroTalkKeys {
  static func contains(_ key: String) -> Bool {
    names.contains(key) || families.contains { key.hasPrefix($0) }
  }

  private static let names: Set<String> = [
    "ABOUT_IMAGE_URL", "ACTIVE_ROOMS", "ADMIN_ONLY_BROADCAST", "ADMIN_TOKEN", "AUTHOR_LABEL", "AUTHOR_NAME",
    "BROADCASTING", "CONTACT_EMAIL", "COPYRIGHT_TEXT", "CUSTOMIZE_BUTTON_LABEL", "CUSTOM_NOISE_SUPPRESSION_ENABLED",
    "DEBUG", "HOST", "JOIN_BUTTON_LABEL", "JOIN_DESCRIPTION", "JOIN_LAST_LABEL", "JWT_EXP", "JWT_EXPIRATION", "JWT_KEY",
    "LINKEDIN_URL", "META_DESCRIPTION", "META_KEYWORDS", "NEW_ROOM_DESC", "NEW_ROOM_TITLE", "NODE_ENV", "PORT",
    "PRESENTERS", "PRESENTER_JOIN_FIRST", "ROOM_EXISTS_ENDPOINT", "ROOM_LOBBY", "SESSION_SECRET", "SITE_ICON_PATH",
    "SITE_TITLE", "SUPPORT_TEXT", "SUPPORT_URL", "TZ", "APPLE_TOUCH_ICON_PATH",
  ]

  private static let families = [
    "ACTIVE_ROOMS_", "API_", "APP_", "BRAND_", "CHATGPT_", "CORS_", "CREATE_ROOM_", "DEEP_SEEK_", "DISCORD_", "EMAIL_",
    "ENABLE_", "HOST_", "IP_", "LOGIN_", "LOGS_", "MATTERMOST_", "MEDIASOUP_", "NGROK_", "OG_", "OIDC_", "RECORDING_",
    "REDIRECT_", "RTMP_", "S3_", "SCHEDULE_MEETING_", "SENTRY_", "SFU_", "SHOW_", "SLACK_", "STATS_", "STUN_SERVER_",
    "SURVEY_", "TURN_SERVER_", "UI_", "USERS_", "VIDEOAI_", "WEBHOOK_", "WHISPER_", "WHO_ARE_YOU_", "WIDGET_",
  ]
}
