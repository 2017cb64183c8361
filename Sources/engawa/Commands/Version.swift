import ArgumentParser
import Foundation
import Journal

struct Version: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the version.")

    /// The product's version; CHANGELOG.md says what is in it.
    static let current = "0.1.0"

    func run() throws {
        Console.say("engawa \(Self.current) (schema \(SQLJournal.schemaVersion))")
    }
}

/// What the program says to the person who started it; everything else is the log's.
enum Console {
    static func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}
