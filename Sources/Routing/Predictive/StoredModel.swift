import ContactCenter
import Foundation

/// How a model is stored: numbers of agents as bytes in one order (little-endian, four bytes each), since thousands of
/// them as text would be several times as long.
extension PredictiveModel: Codable {
    private enum Member: String, CodingKey {
        case goal, trainedAt, caseCount, queues, agents, agentCases, mean, noise, common, rows, slopes, importance
    }

    private struct Effect: Codable {
        var factor: Factor
        var name: String
        var effect: Double
    }

    private struct Row: Codable {
        var factor: Factor
        var name: String
        var effects: Data
    }

    private struct Share: Codable {
        var factor: Factor
        var value: Double
    }

    private struct QueueShare: Codable {
        var id: QueueID
        var cases: Int
    }

    /// Reads a stored model; fails where its parts do not fit together.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Member.self)
        self.init(
            goal: try members.decode(Goal.self, forKey: .goal),
            trainedAt: try members.decode(Instant.self, forKey: .trainedAt),
            caseCount: try members.decode(Int.self, forKey: .caseCount),
            agents: try members.decode([UserID].self, forKey: .agents),
            agentCases: try members.decode([Int].self, forKey: .agentCases))
        mean = try members.decode(Double.self, forKey: .mean)
        noise = try members.decode(Double.self, forKey: .noise)
        for queue in try members.decode([QueueShare].self, forKey: .queues) { queueCases[queue.id] = queue.cases }
        for effect in try members.decode([Effect].self, forKey: .common) {
            common[Segment(effect.factor, effect.name)] = effect.effect
        }
        for row in try members.decode([Row].self, forKey: .rows) {
            rows[Segment(row.factor, row.name)] = Self.numbers(row.effects)
        }
        for share in try members.decode([Share].self, forKey: .slopes) { slopes[share.factor] = share.value }
        for share in try members.decode([Share].self, forKey: .importance) { importance[share.factor] = share.value }
        guard agentCases.count == agents.count, rows.values.allSatisfy({ $0.count == agents.count }) else {
            throw DecodingError.dataCorruptedError(
                forKey: .rows, in: members, debugDescription: "effects and agents of the model do not fit")
        }
    }

    /// Writes a model; what is equal is written equally.
    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: Member.self)
        try members.encode(goal, forKey: .goal)
        try members.encode(trainedAt, forKey: .trainedAt)
        try members.encode(caseCount, forKey: .caseCount)
        try members.encode(agents, forKey: .agents)
        try members.encode(agentCases, forKey: .agentCases)
        try members.encode(mean, forKey: .mean)
        try members.encode(noise, forKey: .noise)
        try members.encode(
            queueCases.map { QueueShare(id: $0.key, cases: $0.value) }.sorted { $0.id < $1.id }, forKey: .queues)
        try members.encode(
            common.map { Effect(factor: $0.key.factor, name: $0.key.name, effect: $0.value) }
                .sorted { ($0.factor.rawValue, $0.name) < ($1.factor.rawValue, $1.name) }, forKey: .common)
        try members.encode(
            rows.map { Row(factor: $0.key.factor, name: $0.key.name, effects: Self.bytes($0.value)) }
                .sorted { ($0.factor.rawValue, $0.name) < ($1.factor.rawValue, $1.name) }, forKey: .rows)
        try members.encode(Self.shares(slopes), forKey: .slopes)
        try members.encode(Self.shares(importance), forKey: .importance)
    }

    private static func shares(_ values: [Factor: Double]) -> [Share] {
        values.map { Share(factor: $0.key, value: $0.value) }.sorted { $0.factor.rawValue < $1.factor.rawValue }
    }

    private static func bytes(_ numbers: [Float]) -> Data {
        var bytes = Data(capacity: numbers.count * 4)
        for number in numbers {
            let bits = number.bitPattern
            for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(shift))) }
        }
        return bytes
    }

    private static func numbers(_ bytes: Data) -> [Float] {
        let bytes = Array(bytes)
        return stride(from: 0, to: bytes.count - bytes.count % 4, by: 4).map { start in
            let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) }
            let number = Float(bitPattern: bits)
            return number.isFinite ? number : 0
        }
    }
}
