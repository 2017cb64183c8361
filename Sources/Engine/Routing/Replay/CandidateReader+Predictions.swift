import ContactCenter

/// Whether prediction ranks, as a candidate says it of a queue.
extension CandidateReader {
    /// `predictiveRouting`: the queue's latest model ranks from the beginning on, or nothing is predicted.
    mutating func readPrediction(of queue: String, _ value: JSONValue, _ path: String) throws(ReplayError) {
        guard case .bool(let isRanked) = value, let id = QueueID(queue) else {
            throw .candidate(path: path, reason: "true or false is expected")
        }
        unpredicted.insert(queue)
        guard isRanked else { return }
        guard let predictor = directory.predictor(of: id), let row = directory.find(.predictor, predictor.id) else {
            throw .candidate(path: path, reason: "the queue has no predictor: train one and save it")
        }
        guard let model = directory.decidingModel(of: predictor.id), model.report.verdict == .ranks,
            let learnt = directory.find(.predictorModel, model.id)
        else {
            throw .candidate(path: path, reason: "the latest training of the queue's predictor found no gain")
        }
        // A predictor of its own: the other queues of the recorded one keep what they had.
        var body = row.body
        body["queueIds"] = [.string(queue)]
        edits.append(.put(.predictor, id: queue, name: nil, body: body))
        edits.append(.put(.predictorModel, id: "\(queue)/\(model.version)", name: nil, body: learnt.body))
    }

    /// Takes the queues of which something was said from the recorded predictors.
    mutating func settlePredictions() {
        for row in directory.list(.predictor) {
            let queues = row.body["queueIds"]?.array ?? []
            let left = queues.filter { !unpredicted.contains($0.string?.lowercased() ?? "") }
            guard left.count < queues.count else { continue }
            edits.append(.merge(.predictor, id: row.id, fields: ["queueIds": .array(left)]))
        }
    }
}
