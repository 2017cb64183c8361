import ContactCenter
import Engine
import Hummingbird

/// The usual operations on one kind of configuration, table-driven: the model says what a body may hold, the hooks what
/// is special about the kind.
struct EntityResource: Sendable {
    let directory: Directory
    /// The caller's new id; a client's own id is not taken.
    let newID: @Sendable () -> String
    let kind: EntityKind
    /// The collection's path.
    let path: String
    /// The parameter of the path that holds the id.
    let parameter: String
    /// The models of POST, PUT and PATCH in ``ModelTable``.
    let createModel: String
    var updateModel: String?
    /// What a body that leaves members out gets, on POST and PUT.
    var defaults: JSONValue = .object([:])
    /// What a new one takes over from elsewhere, before the defaults.
    var template: @Sendable (JSONValue) throws -> JSONValue = { _ in .object([:]) }
    /// What the API fills in itself; a client's own values are ignored.
    var computed: [String] = []
    /// Members that no client may see.
    var hidden: Set<String> = []
    /// Whether a name filter without `*` matches beginnings.
    var filtersByPrefix = false
    /// Whether a PUT with the version of an earlier read is refused, so that nobody overwrites what they have not seen.
    /// A body without a version is taken as it is.
    var checksVersion = false
    /// Whether authors are written as references rather than ids.
    var authorsAreReferences = false
    /// A last check or change of a body before it is stored; the entity is `nil` on POST.
    var prepare: @Sendable (JSONValue, Entity?) async throws -> JSONValue = { body, _ in body }
    /// What is added when an entity is shown.
    var decorate: @Sendable (JSONValue, Entity) -> JSONValue = { wire, _ in wire }

    private static let computedAlways = [
        "id", "name", "dateCreated", "dateModified", "createdBy", "modifiedBy", "selfUri", "version",
    ]

    // MARK: Reading

    func wire(_ entity: Entity) -> JSONValue { decorate(entity.wire(path: path, hiding: hidden), entity) }

    func find(_ call: Call<Principal>) throws(APIError) -> Entity {
        let id = try call.parameter(parameter)
        guard let entity = directory.find(kind, id.lowercased()) else { throw .notFound(kind.rawValue, id: id) }
        return entity
    }

    func list(_ call: Call<Principal>) async throws -> Response {
        let entities = call.filtered(directory.list(kind), namePrefix: filtersByPrefix)
        return try await call.pageResponse(entities, sizeMax: 500, wire)
    }

    func get(_ call: Call<Principal>) async throws -> Response { try .json(wire(try find(call))) }

    // MARK: Writing

    func create(_ call: Call<Principal>) async throws -> Response { try .json(wire(try await created(call))) }

    /// The new entity, for kinds that bring others with them.
    func created(_ call: Call<Principal>) async throws -> Entity {
        let body = try ModelTable.shared.checked(try await call.decodeBody(JSONValue.self), as: createModel)
        let filled = body.filled(with: try template(body)).filled(with: defaults)
        return try await save(filled, name: body["name"]?.string, earlier: nil, call)
    }

    /// PUT: what the body leaves out goes back to its default.
    func replace(_ call: Call<Principal>) async throws -> Response {
        let earlier = try find(call)
        let raw = try await call.decodeBody(JSONValue.self)
        let body = try ModelTable.shared.checked(raw, as: updateModel ?? createModel)
        if checksVersion, let version = body["version"]?.integer, version != earlier.version {
            throw EngineError.versionConflict
        }
        let entity = try await save(
            body.filled(with: defaults), name: body["name"]?.string ?? earlier.name, earlier: earlier, call)
        return try .json(wire(entity))
    }

    /// PATCH: what the body leaves out stays.
    func update(_ call: Call<Principal>) async throws -> Response { try .json(wire(try await updated(call))) }

    /// The changed entity, for kinds that change others with them.
    func updated(_ call: Call<Principal>) async throws -> Entity {
        let earlier = try find(call)
        let raw = try await call.decodeBody(JSONValue.self)
        let changes = try ModelTable.shared.checked(raw, as: updateModel ?? createModel, ignoringRequired: true)
        return try await save(
            earlier.body.changed(by: changes), name: changes["name"]?.string ?? earlier.name, earlier: earlier, call)
    }

    func delete(_ call: Call<Principal>) async throws -> Response {
        try await directory.delete(kind, try find(call).id)
        return .empty()
    }

    /// Stores a body that passed its model.
    func save(
        _ body: JSONValue, name: String?, earlier: Entity?, _ call: Call<Principal>
    ) async throws -> Entity {
        let name = try EntityName.checked(name)
        try directory.checkDivision(body["division"]?["id"]?.string)
        var body = try await prepare(body.without(Self.computedAlways + computed), earlier)
        let author = try author(call)
        body["createdBy"] = earlier?.body["createdBy"] ?? author
        body["modifiedBy"] = author
        return try await directory.save(
            kind, id: earlier?.id ?? newID(), name: name, body: body, expectedVersion: earlier?.version ?? 0)
    }

    private func author(_ call: Call<Principal>) throws(APIError) -> JSONValue {
        let id = try call.author
        guard authorsAreReferences, let text = id.string else { return id }
        return .reference(text, name: nil, path: "/api/v2/users")
    }
}

/// The rules for names of configuration.
enum EntityName {
    /// In characters; what a list can show and what the API allows for most kinds.
    static let lengthMax = 256

    /// The name without surrounding space; 400 when it is empty or too long.
    static func checked(_ name: String?) throws(APIError) -> String {
        let name = (name ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        guard !name.isEmpty else { throw .missing("name") }
        guard name.count <= lengthMax else {
            throw .invalidValue("name", String(name.prefix(40)) + "…", allowed: "up to \(lengthMax) characters")
        }
        return name
    }
}
