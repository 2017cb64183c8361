import ContactCenter
import Engine

/// What the model of a queue's `inQueue` cannot say: that what it names is there, and that texts can be sent.
enum InQueueCheck {
    /// The settings with ids in the house's form; 400 for what cannot be.
    /// - Parameter queue: the queue's own id, unless it is a new one.
    static func checked(_ settings: JSONValue, of queue: String?, _ directory: Directory) throws(APIError) -> JSONValue
    {
        var settings = settings
        let groups = [("scheduleGroup", EntityKind.scheduleGroup), ("emergencyGroup", .emergencyGroup)]
        for (member, kind) in groups {
            guard let reference = settings[member] else { continue }
            settings[member] = ["id": .string(try known(reference, kind, "inQueue.\(member).id", directory))]
        }
        for member in ["closed", "holiday", "emergency", "maximumWait", "overflow"] {
            guard var policy = settings[member] else { continue }
            let path = "inQueue.\(member)"
            if let reference = policy["queue"] {
                let id = try known(reference, .queue, path + ".queue.id", directory)
                guard id != queue else { throw .invalidValue(path + ".queue.id", id, allowed: "another queue") }
                policy["queue"] = ["id": .string(id)]
            } else if policy["action"] == "OVERFLOW" {
                throw .missing(path + ".queue")
            }
            settings[member] = policy
        }
        if let overflow = settings["overflow"], overflow["afterSeconds"] == nil, overflow["estimatedWaitSeconds"] == nil
        {
            throw .missing("inQueue.overflow.afterSeconds")
        }
        for member in ["treatment", "closed", "holiday", "emergency", "maximumWait", "overflow"] {
            try checkTexts(settings[member]?["texts"]?.object ?? [:], "inQueue.\(member).texts")
        }
        return settings
    }

    private static func known(
        _ reference: JSONValue, _ kind: EntityKind, _ path: String, _ directory: Directory
    ) throws(APIError) -> String {
        let id = reference["id"]?.string?.lowercased() ?? ""
        guard directory.find(kind, id) != nil else { throw .invalidValue(path, id) }
        return id
    }

    private static func checkTexts(_ texts: [String: JSONValue], _ path: String) throws(APIError) {
        guard texts.count <= InQueueText.languagesMax else {
            throw .invalidValue(path, String(texts.count), allowed: "up to \(InQueueText.languagesMax) languages")
        }
        for (language, text) in texts {
            guard language.wholeMatch(of: /[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*/) != nil else {
                throw .invalidValue(path, String(language.prefix(40)), allowed: "language tags")
            }
            guard (text.string ?? "").utf8.count <= InQueueText.bytesMax else {
                throw .invalidValue("\(path).\(language)", "…", allowed: "up to \(InQueueText.bytesMax) bytes")
            }
            if let unknown = InQueueText.unknownPlaceholder(in: text.string ?? "") {
                let known = InQueueText.placeholders.map { "{\($0)}" }.joined(separator: ", ")
                throw .invalidValue("\(path).\(language)", String(unknown.prefix(40)), allowed: known)
            }
        }
    }
}
