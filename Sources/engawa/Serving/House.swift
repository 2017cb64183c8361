import Channels
import ContactCenter
import Engine
import Foundation
import Journal
import Logging
import PlatformAPI
import ServiceLifecycle

/// The parts that are open while the program runs: journal, blobs, engine. Opened and closed in one place.
struct House {
    let journal: SQLJournal
    let engine: Engine
    let client: ChannelClient
    let logger: Logger

    /// Opens the database (migrating it if need be) and reads what the engine keeps in memory.
    static func open(
        database: DatabaseLocation, blobs folder: URL, logger: Logger
    ) async throws -> House {
        let journal = try await SQLJournal.open(database, logger: logger)
        let client = ChannelClient()
        do {
            let engine = try await Engine(
                journal: journal, blobs: MeteredBlobStore(try DiskBlobStore(path: folder.path)),
                open: OpenMessagingSender(client: client),
                logger: logger)
            return House(journal: journal, engine: engine, client: client, logger: logger)
        } catch {
            try? await client.close()
            await journal.close()
            throw error
        }
    }

    /// Writes what waits, then closes.
    func close() async {
        await journal.close()
        do { try await client.close() } catch {
            logger.warning("the HTTP client did not close", metadata: ["error": "\(error)"])
        }
    }
}

extension Logger {
    /// A logger by the name of its level; `info` for a name that is none.
    init(label: String, level: String) {
        self.init(label: label)
        logLevel = Logger.Level(rawValue: level) ?? .info
    }
}
