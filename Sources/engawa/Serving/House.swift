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
        database: DatabaseLocation, blobs: BlobPlace, settings: ServeSettings, logger: Logger
    ) async throws -> House {
        let trusted = try settings.trustedCertificates.map(TrustedCertificates.init(file:))
        let journal = try await SQLJournal.open(database, logger: logger)
        let client = ChannelClient(trusted: trusted ?? TrustedCertificates())
        var store: (any BlobStore)?
        do {
            let opened = try blobs.location.open(credentials: blobs.credentials)
            store = opened
            let links = try await FileLinks(
                journal: journal, address: PublicAddress(baseURL: settings.publicURL),
                seconds: settings.files.linkSeconds, now: Surroundings.live.now)
            let engine = try await Engine(
                journal: journal, blobs: MeteredBlobStore(opened),
                open: LinkingSender(OpenMessagingSender(client: client), files: links),
                push: try await PushFile.open(settings.push, client: client), desks: settings.desks, logger: logger)
            return House(journal: journal, engine: engine, client: client, logger: logger)
        } catch {
            try? await store?.shutDown()
            try? await client.close()
            await journal.close()
            throw error
        }
    }

    /// Writes what waits, then closes.
    func close() async {
        await journal.close()
        do {
            try await engine.blobs.shutDown()
            try await client.close()
        } catch {
            logger.warning("the HTTP clients did not close", metadata: ["error": "\(error)"])
        }
    }
}

/// Where blobs are, and what opens the place.
struct BlobPlace: Sendable {
    var location: BlobLocation
    var credentials: S3Credentials?

    /// Opens a place for the length of some work, with the key that the environment has.
    static func with<Answer>(
        _ text: String, _ work: (any BlobStore) async throws -> Answer
    ) async throws -> Answer {
        var settings = try await ServeSettings.read(flags: [:], file: nil)
        settings.blobs = text
        let place = try settings.blobPlace
        let store = try place.location.open(credentials: place.credentials)
        let result: Result<Answer, any Error>
        do { result = .success(try await work(store)) } catch { result = .failure(error) }
        try await store.shutDown()
        return try result.get()
    }
}

extension Logger {
    /// A logger by the name of its level; `info` for a name that is none.
    init(label: String, level: String) {
        self.init(label: label)
        logLevel = Logger.Level(rawValue: level) ?? .info
    }
}
