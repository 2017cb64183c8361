import ContactCenter
import Engine

/// How predictors and their models look outside.
struct PredictorWire: Sendable {
    let directory: Directory

    /// `Active` once the latest training found an uplift; before that, and when it found none any more, `Created`.
    func state(of predictor: Predictor) -> String {
        directory.decidingModel(of: predictor.id)?.report.verdict == .ranks ? "Active" : "Created"
    }

    @Sendable func wire(_ entity: Entity) -> JSONValue {
        var wire = entity.wire(path: PredictorRoutes.path, hiding: ["queueIds", "hourOnHourOffSince"])
        guard let predictor = Predictor(entity) else { return wire }
        wire["queues"] = .array(predictor.queues.map { queue($0) })
        wire["comparisonShare"] = .number(predictor.comparisonShare)
        wire["state"] = .string(state(of: predictor))
        wire["models"] = .array(directory.models(of: predictor.id).prefix(1).map(Self.brief))
        return wire
    }

    private func queue(_ id: QueueID) -> JSONValue {
        .reference(id.description, name: nil, path: QueueRoutes.path)
    }

    private static func brief(_ model: PredictorModel) -> JSONValue {
        var brief: JSONValue = ["mediaType": "message", "dateModified": .date(model.trainedAt)]
        switch model.report.verdict {
        case .ranks: brief["state"] = "Trained"
        case .noUplift: brief["state"] = "Inactive"
        case .tooFewCases:
            brief["state"] = "InvalidDataset"
            brief["retrainingErrors"] = [
                [
                    "id": .string(String(model.version)), "errorCode": "NotEnoughData",
                    "dateOfFirstOccurrence": .date(model.trainedAt),
                ]
            ]
        }
        return brief
    }

    /// A model; `training` beside the platform's members is ours: what the hold-out said.
    func wire(_ model: PredictorModel, of entity: Entity) -> JSONValue {
        let report = model.report
        var training: JSONValue = [
            "verdict": .string(report.verdict.rawValue), "cases": .integer(Int64(report.cases)),
            "agents": .integer(Int64(report.agents)),
        ]
        if let holdOut = report.holdOut {
            training["holdOut"] = [
                "cases": .integer(Int64(holdOut.cases)), "base": .number(holdOut.base),
                "predicted": .number(holdOut.predicted), "uplift": .number(holdOut.uplift),
                "upliftLow": .number(holdOut.upliftLow), "upliftHigh": .number(holdOut.upliftHigh),
            ]
        }
        return [
            "id": .string(String(model.version)), "kpi": .string(report.kpi),
            "queues": .array((Predictor(entity)?.queues ?? []).map { queue($0) }),
            "dateCreated": .date(model.trainedAt), "dateTrained": .date(model.trainedAt), "mediaType": "message",
            "features": .array(Self.features(model)), "training": training,
        ]
    }

    static func features(_ model: PredictorModel) -> [JSONValue] {
        model.report.factors.map { factor in
            [
                "id": .string(factor.factor), "type": .string(type(of: factor.factor)),
                "percentageImportance": .number(100 * factor.share),
            ]
        }
    }

    private static func type(of factor: String) -> String {
        switch factor {
        case "agent", "proficiency", "load", "sameAgent": "User"
        case "returning": "Customer"
        default: "Other"
        }
    }
}
