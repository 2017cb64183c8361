import ContactCenter
import Engine
import Foundation

/// The answer of a replay, side by side.
struct ReplayReport {
    /// One variant; more than one sample where it was gone through with several chances.
    struct Column {
        let name: String
        let samples: [ReplayFigures]
    }

    let traffic: RecordedTraffic
    let names: [String: String]
    let columns: [Column]
    /// The unchanged configuration with every reaction drawn; empty unless asked for.
    let drawn: [ReplayFigures]

    private static let labelWidth = 26

    // MARK: Text

    var text: String {
        var lines = [
            "\(Moment.write(traffic.from)) – \(Moment.write(traffic.to)): "
                + "\(columns[0].samples[0].all.offered) interactions, \(columns[0].samples[0].agents.count) agents",
            "",
            row("", columns.map(\.name)),
        ]
        lines += section("all queues", Row<ReplayFigures.Line>.ofLine) { $0.all }
        lines += table(Row<ReplayFigures>.ofAll) { $0 }
        lines += closures("those who met a closed queue") { $0.all }
        for queue in queues {
            let name = "queue \(names[queue.description] ?? queue.description)"
            lines += section(name, Row<ReplayFigures.Line>.ofLine) { $0.queues[queue] ?? ReplayFigures.Line() }
            lines += closures("\(name), closed") { $0.queues[queue] ?? ReplayFigures.Line() }
        }
        lines += ["", "agents: answers / occupancy"] + agents
        if !drawn.isEmpty { lines += [""] + calibration }
        if traffic.approximatedCount > 0 {
            lines += [
                "",
                "\(traffic.approximatedCount) rows of configuration are taken as they are now: the log does not "
                    + "tell what they were.",
            ]
        }
        return lines.joined(separator: "\n")
    }

    private var queues: [QueueID] {
        Set(columns.flatMap(\.samples).flatMap(\.queues.keys)).sorted {
            (names[$0.description] ?? "", $0) < (names[$1.description] ?? "", $1)
        }
    }

    private func section<Part>(
        _ title: String, _ rows: [Row<Part>], _ part: (ReplayFigures) -> Part
    ) -> [String] { ["", title] + table(rows, part) }

    /// Nothing where nobody met a closed queue.
    private func closures(_ title: String, _ line: (ReplayFigures) -> ReplayFigures.Line) -> [String] {
        guard columns.flatMap(\.samples).contains(where: { line($0).closed.met > 0 }) else { return [] }
        return section(title, Row<ReplayFigures.Closed>.ofClosed) { line($0).closed }
    }

    private func table<Part>(_ rows: [Row<Part>], _ part: (ReplayFigures) -> Part) -> [String] {
        rows.map { line in
            row(
                "  " + line.label,
                columns.map { column in
                    line.unit.text(Estimate(column.samples.map { line.value(part($0)) }))
                })
        }
    }

    private var agents: [String] {
        let users = Set(columns.flatMap(\.samples).flatMap(\.agents.keys)).sorted {
            (names[$0.description] ?? "", $0) < (names[$1.description] ?? "", $1)
        }
        return users.map { user in
            row(
                "  " + (names[user.description] ?? user.description),
                columns.map { column in
                    let lines = column.samples.map { $0.agents[user] }
                    let answers = Unit.count.text(Estimate(lines.map { Double($0?.answers ?? 0) }))
                    return answers + " / " + Unit.part.text(Estimate(lines.map { $0?.occupancy }))
                })
        }
    }

    private func row(_ label: String, _ cells: [String]) -> String {
        let widths = columns.map { max($0.name.count, columns.contains { $0.samples.count > 1 } ? 18 : 13) }
        let padded = zip(cells, widths).map { cell, width in
            String(repeating: " ", count: max(width - cell.count, 0)) + cell
        }
        let name = label.count > Self.labelWidth ? String(label.prefix(Self.labelWidth - 1)) + "…" : label
        return ([Self.padded(name)] + padded).joined(separator: "  ")
    }

    // MARK: How far to trust it

    private static func padded(_ label: String) -> String {
        label.padding(toLength: labelWidth, withPad: " ", startingAt: 0)
    }

    private var calibration: [String] {
        let recorded = columns[0].samples[0]
        func errors(_ samples: [ReplayFigures]) -> [String] {
            let deviations = samples.map { ReplayDeviation(of: $0, from: recorded) }
            return ReplayDeviation.rows.map { row in row.unit.text(Estimate(deviations.map { row.value($0) })) }
        }
        func line(_ label: String, _ cells: [String]) -> String {
            Self.padded(label) + cells.map { String(repeating: " ", count: max(24 - $0.count, 0)) + $0 }.joined()
        }
        let rows = zip(ReplayDeviation.rows, zip(errors(columns[1].samples), errors(drawn)))
        return [
            "replay of the unchanged configuration, against the record",
            line("  error of", ["as recorded", "reactions drawn"]),
        ] + rows.map { row, cells in line("  " + row.label, [cells.0, cells.1]) }
    }

    // MARK: JSON

    private struct Answer: Encodable {
        struct Variant: Encodable {
            let name: String
            let figures: [ReplayFigures]
        }

        struct Calibration: Encodable {
            let asRecorded: [ReplayDeviation]
            let reactionsDrawn: [ReplayDeviation]
        }

        let from: String
        let to: String
        let names: [String: String]
        let approximatedRows: Int
        let variants: [Variant]
        let calibration: Calibration?
    }

    var json: String {
        let recorded = columns[0].samples[0]
        let calibration =
            drawn.isEmpty
            ? nil
            : Answer.Calibration(
                asRecorded: columns[1].samples.map { ReplayDeviation(of: $0, from: recorded) },
                reactionsDrawn: drawn.map { ReplayDeviation(of: $0, from: recorded) })
        let answer = Answer(
            from: Moment.write(traffic.from), to: Moment.write(traffic.to), names: names,
            approximatedRows: traffic.approximatedCount,
            variants: columns.map { .init(name: $0.name, figures: $0.samples) }, calibration: calibration)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return (try? encoder.encode(answer)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}

/// A row of the table: what it is called, and where its figure is.
struct Row<Part>: Sendable {
    let label: String
    let unit: Unit
    let value: @Sendable (Part) -> Double?

    init(_ label: String, _ unit: Unit, _ value: @escaping @Sendable (Part) -> Double?) {
        self.label = label
        self.unit = unit
        self.value = value
    }
}

extension Row where Part == ReplayFigures.Line {
    static var ofLine: [Row] {
        [
            Row("offered", .count) { Double($0.offered) },
            Row("answered", .count) { Double($0.answered) },
            Row("abandoned", .count) { Double($0.abandoned) },
            Row("let go", .count) { Double($0.letGo) },
            Row("still waiting at the end", .count) { Double($0.waiting) },
            Row("wait, mean", .seconds) { $0.waitMeanMs },
            Row("wait, p50", .seconds) { $0.waitP50Ms.map(Double.init) },
            Row("wait, p90", .seconds) { $0.waitP90Ms.map(Double.init) },
            Row("wait, p99", .seconds) { $0.waitP99Ms.map(Double.init) },
            Row("service level", .part) { $0.serviceLevel },
            Row("abandonment", .part) { $0.abandonment },
            Row("transfers", .part) { $0.transfers },
            Row("alerts declined", .count) { Double($0.declined) },
            Row("alerts timed out", .count) { Double($0.timedOut) },
            Row("handling, mean", .seconds) { $0.handlingMeanMs },
        ]
    }
}

extension Row where Part == ReplayFigures.Closed {
    static var ofClosed: [Row] {
        [
            Row("met it", .count) { Double($0.met) },
            Row("answered later", .count) { Double($0.answered) },
            Row("abandoned", .count) { Double($0.abandoned) },
            Row("passed on, taken out", .count) { Double($0.passedOn) },
            Row("let go", .count) { Double($0.letGo) },
            Row("still waiting at the end", .count) { Double($0.waiting) },
        ]
    }
}

extension Row where Part == ReplayFigures {
    static var ofAll: [Row] {
        [
            Row("occupancy", .part) { $0.occupancy },
            Row("answers, Gini", .index) { $0.answersGini },
            Row("occupancy, Gini", .index) { $0.occupancyGini },
        ]
    }
}

extension ReplayDeviation {
    static let rows: [Row<ReplayDeviation>] = [
        Row("wait, mean", .seconds) { $0.waitMeanMs },
        Row("wait, p50", .seconds) { $0.waitP50Ms },
        Row("wait, p90", .seconds) { $0.waitP90Ms },
        Row("service level", .points) { $0.serviceLevel },
        Row("abandonment", .points) { $0.abandonment },
        Row("occupancy", .points) { $0.occupancy },
        Row("answers given by others", .part) { $0.answersMoved },
    ]
}

/// How a figure is written.
enum Unit: Sendable {
    case count, seconds, part, points, index

    func text(_ estimate: Estimate) -> String {
        guard let mean = estimate.mean else { return "–" }
        guard let half = estimate.halfWidth else { return number(mean) + suffix }
        return number(mean) + " ± " + number(half) + suffix
    }

    private var suffix: String {
        switch self {
        case .count, .index: ""
        case .seconds: " s"
        case .part: " %"
        case .points: " pp"
        }
    }

    private func number(_ value: Double) -> String {
        switch self {
        case .count: value == value.rounded() ? String(Int(value)) : String(format: "%.1f", value)
        case .seconds: String(format: "%.1f", value / 1_000)
        case .part, .points: String(format: "%.1f", value * 100)
        case .index: String(format: "%.3f", value)
        }
    }
}

/// The mean of some samples, with half the width of its 95 % interval.
struct Estimate {
    let mean: Double?
    let halfWidth: Double?

    /// Student's factors for 2, 3, … samples; more are near enough to the last.
    private static let factors = [12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.20, 2.18, 2.16, 2.14]

    init(_ samples: [Double?]) {
        let values = samples.compactMap(\.self)
        guard !values.isEmpty else {
            mean = nil
            halfWidth = nil
            return
        }
        let mean = values.reduce(0, +) / Double(values.count)
        self.mean = mean
        guard values.count > 1 else {
            halfWidth = nil
            return
        }
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
        let factor = Self.factors[min(values.count - 2, Self.factors.count - 1)]
        halfWidth = factor * (variance / Double(values.count)).squareRoot()
    }
}
