import ArgumentParser
import Foundation
import Simulation

/// Runs seeds and says of each that fails what is wrong and how to see it again.
@main
struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Run days of a contact centre from a seed, with everything that can go wrong.")

    @Option(help: "The first seed.")
    var seed = 1

    @Option(help: "The last seed; by default the first one alone.")
    var to: Int?

    @Option(help: "Run every so many seeds only, so that several processes share them.")
    var step = 1

    @Option(help: "How long each run lasts, in days; 0.05 is 72 minutes.")
    var days = 0.05

    @Flag(help: "Stop at the first seed that fails.")
    var untilFailure = false

    @Flag(help: "One line for each seed.")
    var verbose = false

    @Flag(help: "Tell what happened to the machines and conversations of a seed that fails.")
    var story = false

    @Option(help: "Measure estimated waits instead, with so many customers for each load.")
    var waits: Int?

    func run() throws {
        try fixHashing()
        if let waits { return measureWaits(waits) }
        let beganAt = ContinuousClock.now
        var (count, failures, messages) = (0, 0, 0)
        var simulated = Duration.zero
        for seed in stride(from: seed, through: to ?? seed, by: max(step, 1)) {
            let report = Simulation.run(seed: UInt64(seed), days: days)
            count += 1
            messages += report.messagesCount
            simulated += report.simulatedTime
            if verbose || to == nil { say(line(of: report)) }
            guard !report.findings.isEmpty else { continue }
            failures += 1
            for finding in report.findings.prefix(5) { say("seed \(seed): \(finding)") }
            if story { for line in report.story { say(line) } }
            say("again: make simulate SEED=\(seed) DAYS=\(days)")
            if untilFailure { break }
        }
        let took = ContinuousClock.now - beganAt
        say("\(count) seeds, \(messages) messages, \(seconds(simulated)) s simulated in \(seconds(took)) s")
        say("\(count - failures) passed, \(failures) failed")
        if failures > 0 { throw ExitCode.failure }
    }

    /// The table of `docs/routing.md`: times in seconds.
    private func measureWaits(_ customersCount: Int) {
        let columns = ["load", "answered", "left", "were told a wait", "mean wait", "error", "bias"]
        say("| " + (columns + ["error of the last wait", "error of the mean"]).joined(separator: " | ") + " |")
        say("|---|---|---|---|---|---|---|---|---|")
        for load in WaitTrial.Load.all {
            let report = WaitTrial.run(load, seed: UInt64(seed), customersCount: customersCount)
            let times = [report.meanWait, report.error, report.bias, report.lastError, report.meanError]
            let counts = [report.answeredCount, report.leftCount, report.waitedCount]
            let cells = [report.load] + counts.map(String.init) + times.map { String(format: "%.1f", $0) }
            say("| " + cells.joined(separator: " | ") + " |")
        }
    }

    private func line(of report: Simulation.Report) -> String {
        "seed \(report.seed): \(report.nodesCount) nodes, \(report.startsCount) starts, \(report.eventsCount) events, "
            + "\(report.messagesCount) messages, \(report.stepsCount) steps, "
            + "trace \(String(report.traceHash, radix: 16))"
    }

    private func seconds(_ duration: Duration) -> String {
        String(format: "%.1f", Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18)
    }

    private func say(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }

    /// Sets and dictionaries have a seed of their own in each process; a run must not depend on it.
    private func fixHashing() throws {
        let name = "SWIFT_DETERMINISTIC_HASHING"
        guard ProcessInfo.processInfo.environment[name] == nil else { return }
        setenv(name, "1", 1)
        let path = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        var arguments: [UnsafeMutablePointer<CChar>?] = CommandLine.arguments.map { strdup($0) }
        arguments.append(nil)
        execv(path, &arguments)
        throw ExitCode.failure
    }
}
