import Foundation

/// What all cases have in common.
enum Bench {
    /// A folder of its own below the options' folder, gone afterwards.
    static func withFolder<Value>(
        _ options: ServerOptions, _ body: (String) async throws -> Value
    ) async throws -> Value {
        let root = URL(filePath: options.folder).standardizedFileURL
        let folder = root.appending(path: "run-\(UUID().uuidString.prefix(8))").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try await body(folder)
    }

    /// A server on fresh data, with the disk's speed before and after.
    static func withServer(_ options: ServerOptions, _ body: (EngawaServer) async throws -> Void) async throws {
        Machine.raiseOpenFiles()
        try await withFolder(options) { folder in
            try sayDisk(folder)
            let server = try await EngawaServer.start(options, folder: folder, on: Load.group)
            defer { server.stop() }
            try await body(server)
            try sayDisk(folder)
        }
    }

    static func sayDisk(_ folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        Report.say(String(format: "disk: %.0f fdatasync/s", try Machine.syncsPerSecond(in: folder)))
    }
}
