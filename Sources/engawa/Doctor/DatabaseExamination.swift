import Foundation
import Journal

/// Judges what a database says of itself.
enum DatabaseExamination {
    /// Clocks that differ more confuse leases and time-outs.
    static let clockMillisecondsWarning: Int64 = 500
    static let answerMillisecondsWarning = 50

    static func findings(_ facts: DatabaseFacts, latestSchema: Int, now: Int64) -> [Finding] {
        var findings = [
            Finding(name: "database", level: .ok, value: "\(facts.engine) \(facts.version)"),
            answer(facts), schema(facts.schemaVersion, latest: latestSchema),
        ]
        if facts.engine == "sqlite" {
            findings.append(
                .measured(
                    "integrity", facts.complaints.first ?? "quick check found nothing",
                    level: facts.complaints.isEmpty ? .ok : .error, advice: "restore a backup"))
            findings.append(
                .measured(
                    "journal mode", facts.settings["journal_mode"] ?? "",
                    level: facts.settings["journal_mode"] == "wal" ? .ok : .warning,
                    advice: "the server sets it to wal when it starts"))
            return findings
        }
        return findings + postgres(facts, now: now)
    }

    private static func answer(_ facts: DatabaseFacts) -> Finding {
        let milliseconds =
            Int(facts.answerTime.components.seconds) * 1_000
            + Int(facts.answerTime.components.attoseconds / 1_000_000_000_000_000)
        return .measured(
            "answer", "\(milliseconds) ms", level: milliseconds >= answerMillisecondsWarning ? .warning : .ok,
            advice: "the database is far away or busy; each message waits for it")
    }

    static func schema(_ stored: Int, latest: Int) -> Finding {
        switch stored {
        case latest: Finding(name: "schema", level: .ok, value: "\(stored)")
        case ..<latest:
            Finding(
                name: "schema", level: .warning, value: "\(stored), this program has \(latest)",
                advice: "back up; the server migrates when it starts")
        default:
            Finding(
                name: "schema", level: .error, value: "\(stored), this program knows \(latest)",
                advice: "start the newer program")
        }
    }

    private static func postgres(_ facts: DatabaseFacts, now: Int64) -> [Finding] {
        func setting(_ name: String, _ good: [String], _ level: Finding.Level, _ advice: String) -> Finding {
            let value = facts.settings[name] ?? "unknown"
            return .measured(name, value, level: good.contains(value) ? .ok : level, advice: advice)
        }
        let max = Int64(facts.settings["max_connections"] ?? "") ?? 0
        let left = max - (facts.connectionsCount ?? 0)
        let drift = facts.clock.map { abs($0.milliseconds - now) } ?? 0
        return [
            setting("fsync", ["on"], .error, "without it a power cut loses acknowledged messages"),
            setting("full_page_writes", ["on"], .error, "without it a power cut can damage pages"),
            setting(
                "synchronous_commit", ["on", "remote_apply", "remote_write", "local"], .warning,
                "our connections set it to on; other programs on this server may not"),
            setting("server_encoding", ["UTF8"], .error, "make the database with ENCODING 'UTF8'"),
            .measured(
                "max_connections", "\(max), \(left) left",
                level: left < Int64(DatabaseFacts.connectionsOfOneNode) ? .error : .ok,
                advice: "a node opens \(DatabaseFacts.connectionsOfOneNode): raise it"),
            .measured(
                "clocks", "\(drift) ms between this machine and the database",
                level: drift > clockMillisecondsWarning ? .warning : .ok, advice: "run chrony or ntpd on both"),
            Finding(name: "TimeZone", level: .ok, value: facts.settings["TimeZone"] ?? ""),
            Finding(name: "collation", level: .ok, value: facts.settings["collation"] ?? ""),
            Finding(name: "isolation", level: .ok, value: facts.settings["default_transaction_isolation"] ?? ""),
        ]
    }
}
