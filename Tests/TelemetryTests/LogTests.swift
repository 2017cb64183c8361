import Foundation
import Logging
import Synchronization
import Testing

@testable import Telemetry

@Suite("Log: one JSON object a line, and no secrets")
struct LogTests {
    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        var output: LogOutput { LogOutput { line in self.lines.withLock { $0.append(line) } } }
        var all: [String] { lines.withLock { $0 } }
    }

    private let lines = Lines()

    private var logger: Logger {
        Logger(label: "engawa") {
            JSONLogHandler(label: $0, metadataProvider: Correlation.metadata, output: lines.output)
        }
    }

    private func read(_ line: String) throws -> [String: String] {
        #expect(line.hasSuffix("\n") && line.dropLast().allSatisfy { !$0.isNewline })
        return try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String])
    }

    @Test("a line has time, level, label, message and the flattened metadata")
    func line() throws {
        var logger = logger
        logger[metadataKey: "node"] = "a"
        logger.warning(
            "say \"hi\"\n\tto 縁側\u{1}",
            metadata: ["queue": ["name": "Support", "size": "3"], "list": ["a", "b"], "level": "mine", "node": "b"])
        let line = try read(try #require(lines.all.first))
        let time = try #require(line["time"])
        #expect(time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
        #expect(line["level"] == "warning" && line["label"] == "engawa")
        #expect(line["message"] == "say \"hi\"\n\tto 縁側\u{1}")
        #expect(line["queue.name"] == "Support" && line["queue.size"] == "3" && line["list"] == "a, b")
        #expect(line["metadata.level"] == "mine" && line["node"] == "b")
    }

    @Test("names that mean secrets never show a value", arguments: ["Authorization", "password", "oauth.token"])
    func secrets(name: String) throws {
        logger.error("refused", metadata: [name: "hunter2", "nested": ["secret": "hunter2"]])
        let line = try #require(lines.all.first)
        #expect(!line.contains("hunter2"))
        #expect(try read(line)["nested.secret"] == "***")
    }

    @Test("a value that never ends is cut")
    func bounded() throws {
        logger.error("long", metadata: ["error": "\(String(repeating: "x", count: 100_000))"])
        #expect(try read(try #require(lines.all.first))["error"]?.count == LogLine.valueCharactersMax)
    }

    @Test("what is below the level is not written")
    func level() {
        logger.debug("quiet")
        #expect(lines.all.isEmpty)
    }

    @Test("the correlation id of a request is on every line that it causes, and on no other")
    func correlation() async throws {
        let logger = logger
        await Correlation.run("11111111-2222-4333-8444-555555555555") {
            await withTaskGroup(of: Void.self) { $0.addTask { logger.info("inside, in a child task") } }
        }
        logger.info("outside")
        let read = try lines.all.map(read)
        #expect(read.map { $0["correlation"] } == ["11111111-2222-4333-8444-555555555555", nil])
    }
}
