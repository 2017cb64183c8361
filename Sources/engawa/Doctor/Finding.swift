import Foundation

/// One thing that the doctor looked at.
struct Finding: Codable, Equatable {
    enum Level: String, Codable, Comparable {
        case ok, warning, error
        static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
        private var rank: Int { self == .ok ? 0 : self == .warning ? 1 : 2 }
    }

    var name: String
    var level: Level
    /// What was found.
    var value: String
    /// What to do about it; empty when there is nothing to do.
    var advice = ""

    /// A value judged by two bounds: at or beyond the second it is an error.
    static func measured(
        _ name: String, _ value: String, level: Level, advice: String
    ) -> Finding {
        Finding(name: name, level: level, value: value, advice: level == .ok ? "" : advice)
    }

    /// The findings as lines of a table.
    static func table(_ findings: [Finding]) -> String {
        let width = findings.map(\.name.count).max() ?? 0
        return findings.map { finding in
            let name = finding.name.padding(toLength: width, withPad: " ", startingAt: 0)
            let level = finding.level.rawValue.padding(toLength: 7, withPad: " ", startingAt: 0)
            let advice = finding.advice.isEmpty ? "" : "\n" + String(repeating: " ", count: width + 11) + finding.advice
            return "\(level)  \(name)  \(finding.value)\(advice)"
        }.joined(separator: "\n")
    }
}
