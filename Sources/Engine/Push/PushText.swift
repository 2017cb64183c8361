import ContactCenter

/// What a device shows of a message, in the device's language.
struct PushText: Sendable, Equatable {
    var title: String
    var body: String

    /// Characters of a message that are shown: services take 4 KB in all, and screens show less.
    static let bodyLengthMax = 480

    /// The labels of a configuration, with the message's text in place of the body's where the configuration allows
    /// words to leave the house.
    init(of message: NormalizedMessage, language: String, configuration: JSONValue?) {
        title = Self.label("PushNotificationTitle", language, configuration)
        body = Self.label("PushNotificationBody", language, configuration)
        let settings = configuration?["messenger"]?["apps"]?["conversations"]?["notifications"]
        guard settings?["notificationContentType"]?.string == "IncludeMessagesContent",
            let text = message.text, !text.isEmpty
        else { return }
        body = text.count > Self.bodyLengthMax ? text.prefix(Self.bodyLengthMax - 1) + "…" : text
    }

    /// A label in the language, in the same language of another country, in the configuration's own, or ours.
    private static func label(_ key: String, _ language: String, _ configuration: JSONValue?) -> String {
        let fallback = configuration?["defaultLanguage"]?.string ?? "en-us"
        let sets = configuration?["customI18nLabels"]?.array ?? []
        for wanted in [language.lowercased(), primary(language)] {
            let found = sets.first { set in
                guard let own = set["language"]?.string?.lowercased() else { return false }
                return own == wanted || primary(own) == wanted
            }
            if let text = text(key, in: found) { return text }
            if let text = builtIn[wanted]?[key] { return text }
        }
        let own = sets.first { $0["language"]?.string?.lowercased() == fallback.lowercased() }
        return text(key, in: own) ?? builtIn[primary(fallback)]?[key] ?? builtIn["en"]?[key] ?? ""
    }

    private static func text(_ key: String, in set: JSONValue?) -> String? {
        let label = set?["localizedLabels"]?.array?.first { $0["key"]?.string == key }?["value"]?.string
        return label?.isEmpty == false ? label : nil
    }

    private static func primary(_ language: String) -> String {
        String(language.lowercased().prefix { $0 != "-" && $0 != "_" })
    }

    private static let builtIn: [String: [String: String]] = [
        "en": ["PushNotificationTitle": "New message", "PushNotificationBody": "You have a new message."],
        "ja": ["PushNotificationTitle": "新着メッセージ", "PushNotificationBody": "新しいメッセージが届きました。"],
    ]
}
