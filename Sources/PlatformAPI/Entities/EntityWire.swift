import ContactCenter
import Engine
import Hummingbird

/// How rows of configuration become bodies of the API: the row's members, and beside them id, name, dates, URI.
extension Entity {
    /// The entity's members with those that live outside its body.
    /// - Parameters:
    ///   - path: the collection's path, as `/api/v2/routing/queues`, for `selfUri`.
    ///   - hidden: members that no client may see.
    func wire(path: String, hiding hidden: Set<String> = []) -> JSONValue {
        var members = body.object ?? [:]
        for name in hidden { members[name] = nil }
        members["id"] = .string(id)
        members["name"] = name.map(JSONValue.string)
        members["dateCreated"] = .date(createdAt)
        members["dateModified"] = .date(modifiedAt)
        members["selfUri"] = .string("\(path)/\(id)")
        return .object(members)
    }
}

extension JSONValue {
    /// An instant as the wire writes it.
    static func date(_ instant: Instant) -> JSONValue { .string(WireDate(instant).description) }

    /// A reference `{id, name?, selfUri}`.
    static func reference(_ id: String, name: String?, path: String) -> JSONValue {
        var members: [String: JSONValue] = ["id": .string(id), "selfUri": .string("\(path)/\(id)")]
        members["name"] = name.map(JSONValue.string)
        return .object(members)
    }

    /// This object with what `defaults` has and this has not, at every depth.
    func filled(with defaults: JSONValue) -> JSONValue {
        guard case .object(let own) = self, case .object(let others) = defaults else { return self }
        return .object(own.merging(others) { $0.filled(with: $1) })
    }

    /// This object with the members of `changes` in place of its own.
    func changed(by changes: JSONValue) -> JSONValue {
        guard case .object(let own) = self, case .object(let others) = changes else { return changes }
        return .object(own.merging(others) { $1 })
    }

    /// This object without some members.
    func without(_ names: [String]) -> JSONValue {
        guard case .object(var members) = self else { return self }
        for name in names { members[name] = nil }
        return .object(members)
    }
}

extension Directory {
    /// The division of an entity as a reference: its own, or home.
    func division(of entity: Entity) -> JSONValue? {
        let own = (entity.body["division"]?["id"]?.string ?? entity.body["divisionId"]?.string)
            .flatMap { find(.division, $0) }
        return (own ?? homeDivision).map {
            .reference($0.id, name: $0.name, path: "/api/v2/authorization/divisions")
        }
    }

    /// The division in which everything lives that names no other.
    var homeDivision: Entity? {
        let divisions = list(.division)
        return divisions.first { $0.body["homeDivision"]?.bool == true } ?? divisions.first
    }

    /// Refuses a division that does not exist.
    func checkDivision(_ id: String?) throws(APIError) {
        guard let id, !id.isEmpty, find(.division, id) == nil else { return }
        throw .invalidValue("division.id", id)
    }
}

extension Entity {
    /// Whether it belongs to one of these divisions.
    func isIn(_ divisions: Set<String>, _ directory: Directory) -> Bool {
        directory.division(of: self)?["id"]?.string.map(divisions.contains) ?? false
    }
}

/// A filter by name as the lists have it: without regard to case, `*` for anything (reference, section A.5).
struct NameFilter: Sendable {
    private let parts: [String]
    private let isPrefix: Bool

    /// - Parameter isPrefix: whether a text without `*` matches names that begin with it, or the whole name only.
    init(_ text: String, isPrefix: Bool = false) {
        parts = text.lowercased().split(separator: "*", omittingEmptySubsequences: false).map(String.init)
        self.isPrefix = isPrefix
    }

    func matches(_ name: String?) -> Bool {
        guard let first = parts.first, let last = parts.last else { return true }
        var rest = (name ?? "").lowercased()[...]
        guard rest.hasPrefix(first) else { return false }
        rest = rest.dropFirst(first.count)
        if parts.count == 1 { return isPrefix || rest.isEmpty }
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let range = rest.firstRange(of: part) else { return false }
            rest = rest[range.upperBound...]
        }
        return rest.hasSuffix(last)
    }
}

extension Call<Principal> {
    /// The list's entities that pass `name` and `id` of the query, in the order that `sortOrder` asks for.
    func filtered(_ entities: [Entity], namePrefix: Bool = false) -> [Entity] {
        var result = entities
        let ids = Set(query.list("id").map { $0.lowercased() })
        if !ids.isEmpty { result = result.filter { ids.contains($0.id) } }
        if let name = query["name"], !name.isEmpty {
            let filter = NameFilter(name, isPrefix: namePrefix)
            result = result.filter { filter.matches($0.name) }
        }
        let isDescending = query["sortOrder"]?.lowercased().hasPrefix("desc") == true
        return isDescending ? result.reversed() : result
    }

    /// A page of a list that is in memory as a whole.
    func pageResponse<Element>(
        _ list: [Element], sizeMax: Int = PageRequest.sizeMax, _ wire: (Element) async throws -> JSONValue
    ) async throws -> Response {
        let page = try page(sizeMax: sizeMax)
        var entities: [JSONValue] = []
        for element in page.slice(list) { entities.append(try await wire(element)) }
        return try .json(listing(entities, total: list.count, page: page))
    }

    /// The host that the client asked, for addresses in the answer.
    var host: String? { request.head.authority }

    /// The caller as the author of a change: a person, or a client.
    var author: JSONValue {
        get throws(APIError) {
            let caller = try caller
            return .string(caller.user?.description ?? caller.client)
        }
    }

    /// Refuses a caller who is neither this person nor holds the permission to act for others.
    func checkCaller(is user: UserID, orHolds permission: String) throws(APIError) {
        let caller = try caller
        guard caller.user == user || caller.holds(permission) else { throw .missingPermission(anyOf: [permission]) }
    }
}
