import ContactCenter
import Foundation

/// The API's own models of configuration: which members an entity has, of which types, which values and bounds.
///
/// One line is one model, `Name: member type, member! type, …`, a line that begins with space continues it. `!` is
/// required. Types: `s` text, `i` whole number, `n` number, `b` truth value, `dt` ISO-8601 date, `o` any object; `[T]`
/// a list, `{T}` a map, another word a model. `s=A|B` allows these values, `i[1..5]` these bounds. What is not in a
/// model is dropped (clients may send members of newer versions), what is in it is kept even where we do not act on
/// it.
struct ModelTable: Sendable {
    indirect enum Kind: Sendable, Equatable {
        case text(allowed: [String])
        case number(isWhole: Bool, bounds: ClosedRange<Double>?)
        case truth
        case date
        case anything
        case list(Kind)
        case map(Kind)
        case model(String)
    }

    struct Member: Sendable, Equatable {
        var name: String
        var isRequired: Bool
        var kind: Kind
    }

    let models: [String: [Member]]

    /// All models of this version.
    static let shared = ModelTable([
        queues, schedules, skills, users, messaging, structured, groups, deployments, integrations, journeys,
        predictors,
    ])

    /// A table from texts of the notation.
    init(_ texts: [String]) {
        var models: [String: [Member]] = [:]
        for line in texts.flatMap(Self.joinedLines) {
            let halves = line.split(separator: ":", maxSplits: 1)
            guard halves.count == 2 else { continue }
            models[String(halves[0])] = halves[1].split(separator: ",").compactMap(Self.member)
        }
        self.models = models
    }

    private static func joinedLines(_ text: String) -> [String] {
        text.split(separator: "\n").reduce(into: []) { lines, line in
            if line.hasPrefix(" "), !lines.isEmpty {
                lines[lines.count - 1] += " " + line.trimmingCharacters(in: .whitespaces)
            } else {
                lines.append(String(line))
            }
        }
    }

    private static func member(_ text: Substring) -> Member? {
        let halves = text.trimmingCharacters(in: .whitespaces).split(separator: " ", maxSplits: 1)
        guard halves.count == 2 else { return nil }
        return Member(
            name: halves[0].trimmingCharacters(in: ["!"]), isRequired: halves[0].hasSuffix("!"), kind: kind(halves[1]))
    }

    private static func kind(_ text: Substring) -> Kind {
        if text.hasPrefix("[") { return .list(kind(text.dropFirst().dropLast())) }
        if text.hasPrefix("{") { return .map(kind(text.dropFirst().dropLast())) }
        if text.hasPrefix("s=") {
            return .text(
                allowed: text.dropFirst(2).split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) })
        }
        if text.hasSuffix("]"), let open = text.firstIndex(of: "[") {
            let bounds = text[text.index(after: open)...].dropLast().components(separatedBy: "..").compactMap(
                Double.init)
            return .number(isWhole: text.hasPrefix("i"), bounds: bounds.count == 2 ? bounds[0]...bounds[1] : nil)
        }
        switch text {
        case "s": return .text(allowed: [])
        case "i": return .number(isWhole: true, bounds: nil)
        case "n": return .number(isWhole: false, bounds: nil)
        case "b": return .truth
        case "dt": return .date
        case "o": return .anything
        default: return .model(String(text))
        }
    }
}

/// Checking a body against a model.
extension ModelTable {
    /// The members of `body` that the model has, each checked. `null` counts as absent.
    /// - Parameter ignoringRequired: for PATCH, which changes what it names only.
    /// - Parameter path: where it stands in the request, for what errors say.
    func checked(
        _ body: JSONValue, as model: String, ignoringRequired: Bool = false, path: String = ""
    ) throws(APIError) -> JSONValue {
        try object(body, model: model, path: path, ignoringRequired: ignoringRequired)
    }

    private func object(
        _ value: JSONValue, model: String, path: String, ignoringRequired: Bool
    ) throws(APIError) -> JSONValue {
        guard case .object(let members) = value else { throw .invalidType(path, expected: "an object") }
        var result: [String: JSONValue] = [:]
        for member in models[model] ?? [] {
            let memberPath = path.isEmpty ? member.name : "\(path).\(member.name)"
            guard let value = members[member.name], value != .null else {
                if member.isRequired, !ignoringRequired { throw .missing(memberPath) }
                continue
            }
            result[member.name] = try self.value(value, kind: member.kind, path: memberPath)
        }
        return .object(result)
    }

    private func value(_ value: JSONValue, kind: Kind, path: String) throws(APIError) -> JSONValue {
        switch (kind, value) {
        case (.text(let allowed), .string(let text)):
            guard allowed.isEmpty || allowed.contains(text) else {
                throw .invalidValue(path, text, allowed: allowed.joined(separator: ", "))
            }
        case (.number(let isWhole, let bounds), _):
            try checkNumber(value, isWhole: isWhole, bounds: bounds, path: path)
        case (.truth, .bool), (.anything, _): break
        case (.date, .string(let text)):
            guard WireDate(text) != nil else { throw .invalidValue(path, text, allowed: "ISO-8601 date") }
        case (.list(let kind), .array(let elements)):
            return .array(try list(elements, kind: kind, path: path))
        case (.map(let kind), .object(let members)):
            var result: [String: JSONValue] = [:]
            for (key, member) in members where member != .null {
                result[key] = try self.value(member, kind: kind, path: "\(path).\(key)")
            }
            return .object(result)
        case (.model(let name), _):
            return try object(value, model: name, path: path, ignoringRequired: false)
        default: throw .invalidType(path, expected: kind.wireName)
        }
        return value
    }

    private func list(_ elements: [JSONValue], kind: Kind, path: String) throws(APIError) -> [JSONValue] {
        var result: [JSONValue] = []
        for (index, element) in elements.enumerated() {
            result.append(try value(element, kind: kind, path: "\(path)[\(index)]"))
        }
        return result
    }

    private func checkNumber(
        _ value: JSONValue, isWhole: Bool, bounds: ClosedRange<Double>?, path: String
    ) throws(APIError) {
        guard let number = value.double, !isWhole || value.integer != nil else {
            throw .invalidType(path, expected: isWhole ? "a whole number" : "a number")
        }
        guard let bounds, !bounds.contains(number) else { return }
        throw .invalidValue(
            path, isWhole ? String(Int64(number)) : String(number),
            allowed: "\(bounds.lowerBound.short) to \(bounds.upperBound.short)")
    }
}

extension ModelTable.Kind {
    fileprivate var wireName: String {
        switch self {
        case .text: "a string"
        case .number: "a number"
        case .truth: "a boolean"
        case .date: "a date"
        case .list: "an array"
        case .map, .model, .anything: "an object"
        }
    }
}

extension Double {
    fileprivate var short: String { Int64(exactly: self).map(String.init) ?? String(self) }
}

extension JSONValue {
    /// The number, whole or not.
    var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }
}

extension APIError {
    /// 400: a member has a wrong type.
    static func invalidType(_ field: String, expected: String) -> APIError {
        let field = field.isEmpty ? "body" : field
        return APIError(
            .badRequest, "invalid.value", "The value of field [{field}] has a wrong type; expected {expected}.",
            params: ["field": field, "expected": expected],
            details: [Detail(errorCode: "invalid.value", fieldName: field)])
    }
}
