import ArgumentParser
import ContactCenter
import Engine
import Foundation
import Journal
import Logging
import PlatformAPI

/// What can be asked of routing beside the server.
struct RoutingCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "routing", abstract: "Learn from past traffic, and go through it again.",
        subcommands: [RoutingTrain.self, ReplayCommand.self])
}

/// Learns who reaches a goal best, and says whether ranking by it would have been better.
struct RoutingTrain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Learn from past conversations which agent reaches a queue's goal, and what that would gain.",
        discussion: """
            Prints the gain on the latest part of the past, which was not learnt from, against the queue's own method. \
            With --save the result is kept as the next model of the queues' predictor, and a running server follows it \
            at once. On SQLite the server must be stopped; the API's POST …/predictors/{id}/models does the same in a \
            running one.
            """)

    @Option(help: "The database: a path, sqlite:///path, or postgres://… as libpq reads it.")
    var database: String?

    @Option(help: "The data folder of a demonstration, instead of its database.")
    var dataDir: String?

    @Option(help: "A queue by name or id; may be given several times. All by default.")
    var queue: [String] = []

    @Option(help: "What to make better: HandleTime, Transfer, NextContactAvoidance or SurveyScore.")
    var goal = "HandleTime"

    @Option(help: "Learn from what was assigned at or after this time (ISO 8601).")
    var from: String?

    @Option(help: "Learn from what was assigned before this time (ISO 8601).")
    var to: String?

    @Option(help: "A customer who comes back within so many hours was not helped at first contact.")
    var returnHours: Int64 = 72

    @Flag(help: "Keep the result; the server ranks by it if it gains beyond doubt.")
    var save = false

    @Flag(help: "Learn nothing: compare conversations that were ranked with those that were kept on the own method.")
    var report = false

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard (database == nil) != (dataDir == nil) else {
            throw ValidationError("give --database or --data-dir, and not both")
        }
        guard !(save && report) else { throw ValidationError("--report learns nothing that could be saved") }
        guard KeyPerformanceIndicator.find(goal) != nil else { throw ValidationError("there is no goal \(goal)") }
        guard returnHours > 0 else { throw ValidationError("--return-hours must be positive") }
        if let from = try instant(from, "--from"), let to = try instant(to, "--to"), to <= from {
            throw ValidationError("--from must be before --to")
        }
    }

    func run() async throws {
        let location = try location
        // A database that is opened is made; a wrong path should not leave an empty one.
        if case .sqlite(let path) = location, !FileManager.default.fileExists(atPath: path) {
            throw ValidationError("there is no database at \(path)")
        }
        let journal = try await SQLJournal.open(location, logger: Logger(label: "engawa"))
        let result: Result<Void, any Error>
        do { result = .success(try await run(on: journal)) } catch { result = .failure(error) }
        await journal.close()
        try result.get()
    }

    private var location: DatabaseLocation {
        get throws {
            try DatabaseLocation(database ?? URL(filePath: dataDir ?? "").appending(path: "engawa.db").path)
        }
    }

    private func run(on journal: SQLJournal) async throws {
        let training = try await PredictorTraining.open(journal)
        guard let indicator = KeyPerformanceIndicator.find(goal) else { return }
        var order = PredictorTraining.Order(queues: try training.queues(named: queue), indicator: indicator)
        order.from = try instant(from, "--from")
        order.to = try instant(to, "--to")
        order.returnWindow = .hours(returnHours)
        if report {
            let comparison = try await training.compare(order)
            return Console.say(json ? try text(comparison) : TrainingText.lines(comparison))
        }
        let result = try await training.train(order)
        Console.say(json ? try text(result.report) : TrainingText.lines(result.report))
        guard save else { return }
        guard result.report.verdict != .tooFewCases else {
            throw Refusal("nothing was kept: a training with too few cases decides nothing")
        }
        let model = try await training.save(result)
        if !json { Console.say("kept as model \(model.id)") }
    }

    private func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    private func instant(_ text: String?, _ name: String) throws -> Instant? {
        guard let text else { return nil }
        guard let date = WireDate(text) ?? WireDate(text + "T00:00:00Z") else {
            throw ValidationError("\(name) is no time in ISO 8601: \(text)")
        }
        return date.instant
    }
}

/// A training's findings as lines for people.
enum TrainingText {
    static func lines(_ report: TrainingReport) -> String {
        var lines = ["\(report.kpi): \(report.cases) cases of \(report.agents) agents"]
        if let holdOut = report.holdOut {
            lines.append(
                "hold-out: \(holdOut.cases) cases, own method \(number(holdOut.base)), "
                    + "predicted \(number(holdOut.predicted))")
            lines.append(
                "uplift: \(number(holdOut.uplift)), 95% between \(number(holdOut.upliftLow)) and "
                    + number(holdOut.upliftHigh))
        }
        if !report.factors.isEmpty {
            let factors = report.factors.prefix(factorsMax).map { "\($0.factor) \(Int((100 * $0.share).rounded()))%" }
            lines.append("factors: " + factors.joined(separator: ", "))
        }
        lines.append(verdict(report))
        return lines.joined(separator: "\n")
    }

    static func lines(_ comparison: PredictorTraining.Comparison) -> String {
        var lines = [
            comparison.kpi, arm("predictive", comparison.predictive), arm("own method", comparison.base),
        ]
        if let uplift = comparison.uplift, let low = comparison.upliftLow, let high = comparison.upliftHigh {
            lines.append("uplift: \(number(uplift)), 95% between \(number(low)) and \(number(high))")
        } else {
            lines.append("too few cases to compare")
        }
        return lines.joined(separator: "\n")
    }

    private static let factorsMax = 6

    private static func arm(_ name: String, _ arm: PredictorTraining.Comparison.Arm) -> String {
        "\(name): \(arm.cases) cases, mean \(arm.mean.map(number) ?? "unknown")"
    }

    private static func number(_ value: Double) -> String {
        // Nothing has no sign.
        abs(value) < 0.000_5 ? "0" : String(format: abs(value) >= 10 ? "%.1f" : "%.3f", value)
    }

    private static func verdict(_ report: TrainingReport) -> String {
        switch report.verdict {
        case .ranks: "verdict: ranks"
        case .tooFewCases:
            "verdict: too few cases, \(report.cases) of at least \(TrainingReport.casesMin); what decided before stays"
        case .noUplift: "verdict: no uplift beyond doubt, the queue's own method stays"
        }
    }
}
