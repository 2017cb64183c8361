import ContactCenter
import Engine

/// Settings that a queue might have in a replay, held to what the API holds a queue's settings to; and to more: a
/// member that the API would ignore is refused, since whoever wrote it meant something by it.
public enum CandidateQueueCheck {
    /// Refuses changes, laid over what the queue has, that the API would not take.
    @Sendable
    public static func check(
        _ changes: JSONValue, of earlier: Entity, in directory: Directory
    ) throws(QueueSettingsRefusal) {
        do {
            let known = try ModelTable.shared.checked(changes, as: "QueueRequest", ignoringRequired: true)
            if let path = unknown(in: changes, beside: known, "") {
                throw QueueSettingsRefusal(field: path, reason: "not known here")
            }
            // Only what the candidate names: what else the queue has was checked when it was written.
            var body = JSONValue.object([:])
            for name in (changes.object ?? [:]).keys { body[name] = merged(earlier.body[name], changes[name]) }
            _ = try QueueCheck(directory: directory).checked(body, of: earlier.id)
        } catch let refusal as QueueSettingsRefusal {
            throw refusal
        } catch {
            let refusal = error as? APIError
            throw QueueSettingsRefusal(
                field: refusal?.details.first?.fieldName ?? "", reason: refusal?.message ?? "\(error)")
        }
    }

    private static func merged(_ earlier: JSONValue?, _ change: JSONValue?) -> JSONValue? {
        guard let change, change != .null else { return nil }
        return (earlier?.merged(with: change) ?? change).withoutNulls
    }

    /// The first member that the model does not have.
    private static func unknown(in written: JSONValue, beside known: JSONValue, _ path: String) -> String? {
        if let members = written.object {
            for (name, value) in members.sorted(by: { $0.key < $1.key }) where value != .null {
                let place = path.isEmpty ? name : "\(path).\(name)"
                guard let other = known[name] else { return place }
                if let found = unknown(in: value, beside: other, place) { return found }
            }
        }
        for (index, (value, other)) in zip(written.array ?? [], known.array ?? []).enumerated() {
            if let found = unknown(in: value, beside: other, "\(path)[\(index)]") { return found }
        }
        return nil
    }
}

extension JSONValue {
    /// Without members that are `null`: written over another value, it takes that away.
    fileprivate var withoutNulls: JSONValue {
        guard case .object(let members) = self else { return self }
        return .object(members.filter { $0.value != .null }.mapValues(\.withoutNulls))
    }
}
