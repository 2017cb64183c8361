import ArgumentParser
import Configuration
import ContactCenter
import Engine

extension DeskKeeping {
    /// Reads how long desktops may be gone; nothing is no watching, and less than nothing stops the start.
    init(_ reader: ConfigReader) throws {
        self.init()
        lostAfter = try Self.seconds("deskLostSeconds", of: reader, else: lostAfter)
        handBackAfter = try Self.seconds("deskHandBackSeconds", of: reader, else: handBackAfter)
    }

    private static func seconds(_ key: String, of reader: ConfigReader, else usual: Span) throws -> Span {
        guard let seconds = reader.int(forKey: ConfigKey(key)) else { return usual }
        guard seconds >= 0 else { throw ValidationError("\(key) must not be less than nothing") }
        return .seconds(Int64(seconds))
    }
}
