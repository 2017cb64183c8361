import ArgumentParser
import ContactCenter
import Engine
import Foundation
import Journal
import PlatformAPI

struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Go through recorded traffic again, under the configuration that was and under others.",
        discussion: """
            Reads the log of a running server's database, or of a copy, and changes nothing. The same router assigns \
            in simulated time; what people did is taken from the record, or drawn from how they did at other times. \
            Prints what was recorded, what the replay of the unchanged configuration gives (how far the two are apart \
            is how far to trust the rest; --calibrate says it in numbers), and each candidate. A candidate is YAML: \
            queues, users, utilization and agents, in the field names of the API; docs/what-if.md describes it.
            """)

    @Option(help: "The database: a path, sqlite:///path, or a postgres:// URL.")
    var database: String

    @Option(help: "The beginning: a date (midnight UTC), or a moment as 2026-11-27T09:00:00Z or with +01:00.")
    var from: String

    @Option(help: "The end, which is not part of the span; as --from.")
    var to: String

    @Option(help: "A candidate in YAML; several are compared side by side.")
    var config: [String] = []

    @Option(help: "How often each variant is gone through with other chances; from 2 on with 95 % intervals.")
    var `repeat` = 1

    @Option(help: "Where chance begins: the same number gives the same answer.")
    var seed: UInt64 = 1

    @Option(help: "Hours read before --from, to fill hands and lines.")
    var leadHours: Int64 = RecordedTraffic.leadDefault.milliseconds / 3_600_000

    @Flag(help: "Say how far the unchanged configuration's replay is from the record.")
    var calibrate = false

    @Flag(help: "Print JSON.")
    var json = false

    private static let repeatMax = 100
    private static let leadHoursMax: Int64 = 24 * 31

    func validate() throws {
        guard (1...Self.repeatMax).contains(self.repeat) else {
            throw ValidationError("--repeat is from 1 to \(Self.repeatMax)")
        }
        guard (0...Self.leadHoursMax).contains(leadHours) else {
            throw ValidationError("--lead-hours is from 0 to \(Self.leadHoursMax)")
        }
        guard try Moment.read(from, "--from") < Moment.read(to, "--to") else {
            throw ValidationError("--from must be before --to")
        }
    }

    func run() async throws {
        let texts = try config.map { try CandidateFile.read($0) }
        let traffic = try await readTraffic()
        let replay = try Replay(traffic)
        let candidates = try texts.map { text in
            do {
                return try Candidate(text.body, name: text.name, over: traffic, checking: CandidateQueueCheck.check)
            } catch { throw Refusal("\(text.path): \(error)") }
        }
        answer(replay, candidates)
    }

    private func readTraffic() async throws -> RecordedTraffic {
        let log = try await LogHistory.open(try DatabaseLocation(database))
        let result: Result<RecordedTraffic, any Error>
        do {
            result = .success(
                try await RecordedTraffic.read(
                    log, from: try Moment.read(from, "--from"), to: try Moment.read(to, "--to"),
                    lead: .hours(leadHours)))
        } catch { result = .failure(error) }
        await log.close()
        return try result.get()
    }

    private func answer(_ replay: Replay, _ candidates: [Candidate]) {
        let seeds = (0..<UInt64(self.repeat)).map { seed &+ $0 }
        var columns = [ReplayReport.Column(name: "recorded", samples: [replay.recorded()])]
        for candidate in [.unchanged] + candidates {
            let samples = seeds.map { replay.run(candidate, .init(seed: $0)) }
            columns.append(.init(name: candidate.name, samples: samples))
        }
        var drawn: [ReplayFigures] = []
        if calibrate { drawn = seeds.map { replay.run(.unchanged, .init(seed: $0, followsRecord: false)) } }
        let report = ReplayReport(
            traffic: replay.traffic, names: replay.names(candidates), columns: columns, drawn: drawn)
        Console.say(json ? report.json : report.text)
    }
}

/// A moment as it is written on the command line.
enum Moment {
    static func read(_ text: String, _ option: String) throws -> Instant {
        let day = text.count == 10 ? text + "T00:00:00Z" : text
        for style in [Date.ISO8601FormatStyle(), Date.ISO8601FormatStyle(includingFractionalSeconds: true)] {
            if let date = try? style.parse(day) {
                return Instant(milliseconds: Int64((date.timeIntervalSince1970 * 1_000).rounded()))
            }
        }
        throw ValidationError("\(option) '\(text)' is no date: write 2026-11-27 or 2026-11-27T09:00:00Z")
    }

    static func write(_ instant: Instant) -> String {
        Date(timeIntervalSince1970: Double(instant.milliseconds) / 1_000).formatted(.iso8601)
    }
}
