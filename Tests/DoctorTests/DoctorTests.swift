import Testing

@testable import Journal
@testable import engawa

@Suite("Doctor: what was found is judged by named bounds, and says what to do")
struct DoctorTests {
    @Test(
        "a disk is judged by its room and its sync",
        arguments: [
            (MachineExamination.space(6 << 30), Finding.Level.ok), (MachineExamination.space(1 << 30), .warning),
            (MachineExamination.space(100 << 20), .error), (MachineExamination.sync(0.1), .ok),
            (MachineExamination.sync(10), .warning), (MachineExamination.sync(100), .error),
            (MachineExamination.files(65_536), .ok), (MachineExamination.files(4_096), .warning),
            (MachineExamination.files(256), .error), (MachineExamination.memory(1 << 30), .ok),
            (MachineExamination.memory(1 << 20), .warning),
        ])
    func machine(finding: Finding, level: Finding.Level) {
        #expect(finding.level == level)
        #expect(finding.advice.isEmpty == (level == .ok))
    }

    @Test(
        "a schema that is older is migrated, a newer one is not touched",
        arguments: [
            (3, Finding.Level.ok), (2, .warning), (0, .warning), (4, .error),
        ])
    func schema(stored: Int, level: Finding.Level) {
        #expect(DatabaseExamination.schema(stored, latest: 3).level == level)
    }

    private static func postgres(_ changes: [String: String] = [:], connections: Int64 = 3) -> [Finding] {
        var facts = DatabaseFacts()
        facts.engine = "postgres"
        facts.schemaVersion = 2
        facts.settings = [
            "fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "server_encoding": "UTF8",
            "max_connections": "100",
        ].merging(changes) { $1 }
        facts.connectionsCount = connections
        return DatabaseExamination.findings(facts, latestSchema: 2, now: 0)
    }

    @Test("a PostgreSQL that is set up well has nothing to complain about")
    func good() {
        #expect(Self.postgres().filter { $0.level > .ok } == [])
    }

    @Test(
        "a setting that loses messages is an error",
        arguments: [
            ("fsync", "off", Finding.Level.error), ("full_page_writes", "off", .error),
            ("synchronous_commit", "off", .warning), ("server_encoding", "SQL_ASCII", .error),
            ("max_connections", "5", .error),
        ])
    func bad(name: String, value: String, level: Finding.Level) {
        #expect(Self.postgres([name: value]).filter { $0.level > .ok }.map(\.level) == [level])
    }

    @Test("a damaged file is an error that says what to do")
    func damaged() {
        var facts = DatabaseFacts()
        facts.engine = "sqlite"
        facts.settings["journal_mode"] = "wal"
        facts.complaints = ["row 3 missing from index event_stream"]
        let findings = DatabaseExamination.findings(facts, latestSchema: 0, now: 0).filter { $0.level > .ok }
        let names = findings.map { $0.name }
        #expect(names == ["integrity"])
        #expect(findings.first?.advice == "restore a backup")
    }

    @Test("the table has one line for what is well, and a second with advice for what is not")
    func table() {
        let text = Finding.table([
            Finding(name: "disk", level: .ok, value: "much"),
            Finding(name: "a clock", level: .error, value: "1970", advice: "set it"),
        ])
        #expect(text == "ok       disk     much\nerror    a clock  1970\n                  set it")
    }
}
