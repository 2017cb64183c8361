import ContactCenter
import Engine
import Hummingbird

/// `/api/v2/routing/predictors`: which queues are ranked by prediction, for which goal, and what was learnt.
struct PredictorRoutes: Sendable {
    let engine: Engine

    static let path = "/api/v2/routing/predictors"

    // MARK: Predictors

    func list(_ call: Call<Principal>) async throws -> Response {
        let wire = PredictorWire(directory: engine.directory)
        let queue = call.query["queueId"]
        let indicator = call.query["kpiId"].flatMap(KeyPerformanceIndicator.find)
        let state = call.query["state"]
        let found = engine.directory.list(.predictor).filter { entity in
            guard let predictor = Predictor(entity) else { return false }
            return queue.map { id in predictor.queues.contains { $0.description == id.lowercased() } } ?? true
                && (call.query["kpiId"] == nil || predictor.indicator == indicator)
                && (state == nil || wire.state(of: predictor) == state)
        }
        return try call.cursorResponse(found, at: { ListCursor(name: nil, id: $0.id) }, wire.wire)
    }

    func get(_ call: Call<Principal>) async throws -> Response {
        try .json(PredictorWire(directory: engine.directory).wire(try find(call)))
    }

    func create(_ call: Call<Principal>) async throws -> Response {
        let raw = try await call.decodeBody(JSONValue.self)
        var body = try ModelTable.shared.checked(raw, as: "CreatePredictorRequest")
        body["queueIds"] = .array(try queues(body).map { .string($0.description) })
        let kpi = body["kpi"]?.string ?? ""
        guard let indicator = KeyPerformanceIndicator.find(kpi) else {
            let all = KeyPerformanceIndicator.all.map(\.id).joined(separator: ", ")
            throw APIError.invalidValue("kpi", kpi, allowed: all)
        }
        body["kpi"] = .string(indicator.id)
        let id = engine.newID(Predictor.self).description
        let entity = try await engine.directory.save(.predictor, id: id, name: nil, body: try checked(body))
        return try .json(PredictorWire(directory: engine.directory).wire(entity))
    }

    func update(_ call: Call<Principal>) async throws -> Response {
        let earlier = try find(call)
        let raw = try await call.decodeBody(JSONValue.self)
        let changes = try ModelTable.shared.checked(raw, as: "PatchPredictorRequest")
        let entity = try await engine.directory.save(
            .predictor, id: earlier.id, name: nil, body: try checked(earlier.body.changed(by: changes)),
            expectedVersion: earlier.version)
        return try .json(PredictorWire(directory: engine.directory).wire(entity))
    }

    func delete(_ call: Call<Principal>) async throws -> Response {
        let entity = try find(call)
        for model in engine.directory.children(.predictorModel, of: entity.id) {
            try await engine.directory.delete(.predictorModel, model.id)
        }
        try await engine.directory.delete(.predictor, entity.id)
        return .empty()
    }

    private func find(_ call: Call<Principal>) throws(APIError) -> Entity {
        let id = try call.parameter("predictorId")
        guard let entity = engine.directory.find(.predictor, id.lowercased()) else {
            throw .notFound("predictor", id: id)
        }
        return entity
    }

    private func queues(_ body: JSONValue) throws(APIError) -> [QueueID] {
        var found: [QueueID] = []
        for id in body["queueIds"]?.array ?? [] {
            let text = id.string ?? ""
            guard let queue = QueueID(text), engine.directory.find(.queue, queue.description) != nil,
                !found.contains(queue)
            else { throw .invalidValue("queueIds", text) }
            if let other = engine.directory.predictor(of: queue) {
                throw APIError.conflict("The queue has a predictor.").about("predictor", id: other.id)
            }
            found.append(queue)
        }
        guard !found.isEmpty else { throw .missing("queueIds") }
        guard found.count <= Predictor.queuesMax else {
            throw .invalidValue("queueIds", "\(found.count)", allowed: "up to \(Predictor.queuesMax) queues")
        }
        return found
    }

    /// What the model of the body cannot say.
    private func checked(_ body: JSONValue) throws(APIError) -> JSONValue {
        var body = body
        if let share = body["comparisonShare"]?.double, !Predictor.comparisonShares.contains(share) {
            throw .invalidValue("comparisonShare", "\(share)", allowed: "from 0.01 to 0.9")
        }
        // Refused rather than kept and not done.
        if body["workloadBalancingConfig"]?["enabled"]?.bool == true {
            throw .invalidValue("workloadBalancingConfig.enabled", "true", allowed: "false")
        }
        body["hourOnHourOffSince"] = nil
        if body["schedule"]?["scheduleType"]?.string == "HourOnHourOff" {
            let text = body["schedule"]?["dateStarted"]?.string
            let start = text.flatMap { WireDate($0)?.instant } ?? engine.now()
            body["schedule"]?["dateStarted"] = .date(start)
            body["hourOnHourOffSince"] = .integer(start.milliseconds)
        }
        return body
    }

    // MARK: Models

    func models(_ call: Call<Principal>) async throws -> Response {
        let entity = try find(call)
        let wire = PredictorWire(directory: engine.directory)
        let models = engine.directory.models(of: entity.id).map { wire.wire($0, of: entity) }
        return try .json(JSONValue.object(["entities": .array(models), "predictorModels": .array(models)]))
    }

    /// Ours: learns from the log now, and keeps what was found.
    func train(_ call: Call<Principal>) async throws -> Response {
        let entity = try find(call)
        guard let predictor = Predictor(entity) else { throw APIError.notFound("predictor", id: entity.id) }
        let training = PredictorTraining(engine: engine)
        let result = try await training.train(.init(queues: predictor.queues, indicator: predictor.indicator))
        let model = try await training.save(result, as: entity.id)
        return try .json(PredictorWire(directory: engine.directory).wire(model, of: entity))
    }

    func features(_ call: Call<Principal>) async throws -> Response {
        let entity = try find(call)
        let id = try call.parameter("modelId")
        guard let version = Int64(id),
            let model = engine.directory.models(of: entity.id).first(where: { $0.version == version })
        else { throw APIError.notFound("predictorModel", id: id) }
        return try .json(JSONValue.object(["entities": .array(PredictorWire.features(model))]))
    }
}
