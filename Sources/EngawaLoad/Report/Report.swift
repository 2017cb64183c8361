import Foundation

/// The figures of one measurement: a line for people, and the same as JSON for programs.
struct Figures: Sendable {
    var name: String
    /// In the order in which they are printed.
    var values: [(String, Double)]

    init(_ name: String, _ values: [(String, Double)]) {
        self.name = name
        self.values = values
    }

    subscript(key: String) -> Double? { values.first { $0.0 == key }?.1 }

    /// The median of each figure over repeated rounds.
    static func median(of rounds: [Figures]) -> Figures? {
        guard let first = rounds.first else { return nil }
        return Figures(
            first.name,
            first.values.map { key, _ in
                let sorted = rounds.compactMap { $0[key] }.sorted()
                return (key, sorted[sorted.count / 2])
            })
    }
}

enum Report {
    static func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

    static func row(_ figures: Figures) {
        let cells = figures.values.map { "\($0.0) \(text($0.1))" }
        say("\(figures.name.padding(toLength: 34, withPad: " ", startingAt: 0)) " + cells.joined(separator: "  "))
    }

    static func json(_ figures: Figures) {
        let members = figures.values.map { "\"\($0.0)\":\(text($0.1))" }
        say("{\"case\":\"\(figures.name)\",\(members.joined(separator: ","))}")
    }

    private static func text(_ value: Double) -> String {
        if !value.isFinite { return "0" }
        return String(format: value >= 100 || value == value.rounded() ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value)
    }
}
