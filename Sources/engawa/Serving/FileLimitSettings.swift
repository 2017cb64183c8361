import ArgumentParser
import Configuration
import Journal
import PlatformAPI

/// What files may be, by its names in environment and file: of guests (`ENGAWA_GUEST_FILE_KILOBYTES_MAX`,
/// `guestFileKilobytesMax`) and of agents (`ENGAWA_AGENT_FILE_KILOBYTES_MAX`).
extension FileLimits {
    /// What agents may send: the same as guests, where nothing else is configured.
    init(ofAgents reader: ConfigReader, guests: FileLimits) throws {
        self = guests
        try read(reader, of: "agent")
        types ?= reader.string(forKey: "agentFileTypes").map(Self.list)
        guard !types.isEmpty, types.allSatisfy(Self.isType) else {
            throw ValidationError("agentFileTypes is a list such as image/*,application/pdf, not \(types)")
        }
    }

    /// Takes what is configured for `who`; the rest stays.
    mutating func read(_ reader: ConfigReader, of who: String) throws {
        bytesMax ?= reader.int(forKey: ConfigKey("\(who)FileKilobytesMax")).map { $0 << 10 }
        nameLengthMax ?= reader.int(forKey: ConfigKey("\(who)FileNameLengthMax"))
        blockedExtensions
            ?= reader.string(forKey: ConfigKey("\(who)BlockedExtensions")).map { text in
                // With or without the dot: what is meant to be refused must be.
                Set(Self.list(text).map { $0.hasPrefix(".") ? $0 : ".\($0)" })
            }
        unpackedBytesMax ?= reader.int(forKey: ConfigKey("\(who)UnpackedMegabytesMax")).map { $0 << 20 }
        unpackedTimesMax ?= reader.int(forKey: ConfigKey("\(who)UnpackedTimesMax"))
        for (key, value) in [("Megabytes", unpackedBytesMax >> 20), ("Times", unpackedTimesMax)] {
            guard 1...1_000_000 ~= value else {
                throw ValidationError("\(who)Unpacked\(key)Max must be more than 0, and at most 1000000")
            }
        }
        guard bytesMax > 0, bytesMax <= DiskBlobStore.blobBytesMax else {
            throw ValidationError(
                "\(who)FileKilobytesMax must be more than 0, and at most \(DiskBlobStore.blobBytesMax >> 10)")
        }
        guard nameLengthMax > 0 else { throw ValidationError("\(who)FileNameLengthMax must be more than 0") }
    }

    /// ClamAV's daemon, `host:port` or `unix:///path`; files are not scanned without it. An address that is none stops
    /// the start: files would go unscanned.
    mutating func readScanner(_ reader: ConfigReader) throws {
        guard let address = reader.string(forKey: "clamd") else { return }
        let seconds = reader.int(forKey: "clamdSeconds", default: VirusScanner.secondsDefault)
        guard seconds > 0 else { throw ValidationError("clamdSeconds must be more than 0") }
        guard let scanner = VirusScanner(address, seconds: seconds) else {
            throw ValidationError("clamd is host:port or unix:///path, not \(address)")
        }
        self.scanner = scanner
    }

    private static func list(_ text: String) -> [String] {
        text.lowercased().split { $0 == "," || $0.isWhitespace }.map(String.init)
    }

    private static func isType(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && (parts[0] != "*" || parts[1] == "*")
    }
}
