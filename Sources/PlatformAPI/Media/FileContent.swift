import Foundation

/// What a file is by its bytes. A file is taken when it is what it says, and nothing that a browser or an agent's
/// machine would run. Archives are looked at from outside only: nothing is ever unpacked.
enum FileContent {
    /// Bytes at the beginning that tell what a file is.
    static let headBytes = 4_096

    /// Whether bytes may be stored as a file of a declared type.
    static func isAcceptable(_ bytes: Data, as type: String) -> Bool {
        let head = [UInt8](bytes.prefix(headBytes))
        if runs(head) { return false }
        if let signatures = known[type] {
            guard signatures.contains(where: { $0.matches(head) }) else { return false }
        } else if type.hasPrefix("text/") || type == "application/json" {
            return !head.contains(0)
        }
        guard isMedium(type) else { return true }
        // A picture that is also a page or an archive is a trick: no camera makes one.
        return !holdsMarkup(bytes) && !endsAsArchive(bytes)
    }

    private static func isMedium(_ type: String) -> Bool {
        ["image/", "audio/", "video/"].contains { type.hasPrefix($0) }
    }

    // MARK: What would run

    /// Pages, scripts and programs by how they begin, in UTF-8 or UTF-16, behind a mark and blanks.
    private static func runs(_ head: [UInt8]) -> Bool {
        if programs.contains(where: { $0.matches(head) }) { return true }
        if head.starts(with: [0x4D, 0x5A]) && head.contains(0) { return true }
        let text = head.filter { $0 != 0 }.drop { $0 >= 0x80 || $0 <= 0x20 }.prefix(64).map(lowercased)
        return beginnings.contains { text.starts(with: $0) }
    }

    private static let beginnings: [[UInt8]] = [
        "<!doctype", "<html", "<head", "<body", "<script", "<svg", "<?xml", "<?php", "<iframe", "<!--", "<style",
        "<img", "<a ", "<div", "<table", "<title", "<meta", "<link", "<h1", "<p>", "<br", "<b>", "<font", "<math",
        "<embed", "<object", "#!", "mime-version:", "<%", "<x:", "<xml",
    ].map { Array($0.utf8) }

    private static let programs: [Signature] = [
        Signature([0x7F, 0x45, 0x4C, 0x46]), Signature([0xCA, 0xFE, 0xBA, 0xBE]), Signature([0xFE, 0xED, 0xFA, 0xCE]),
        Signature([0xFE, 0xED, 0xFA, 0xCF]), Signature([0xCF, 0xFA, 0xED, 0xFE]), Signature([0xCE, 0xFA, 0xED, 0xFE]),
        Signature([0x4C, 0x00, 0x00, 0x00, 0x01, 0x14, 0x02, 0x00]), Signature([0x00, 0x61, 0x73, 0x6D]),
    ]

    // MARK: Two things in one

    private static func holdsMarkup(_ bytes: Data) -> Bool {
        bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return false }
            var offset = 0
            while offset < bytes.count, let found = memchr(start + offset, 0x3C, bytes.count - offset) {
                let at = start.distance(to: UnsafeRawPointer(found))
                if markup.contains(where: { stands($0, at: at + 1, in: bytes) }) { return true }
                offset = at + 1
            }
            return false
        }
    }

    private static func stands(_ word: [UInt8], at offset: Int, in bytes: UnsafeRawBufferPointer) -> Bool {
        guard offset + word.count <= bytes.count else { return false }
        for index in word.indices where lowercased(bytes[offset + index]) != word[index] { return false }
        return true
    }

    /// Behind `<`. Long enough that pixels do not have them by chance.
    private static let markup = ["script", "!doctype", "iframe", "svg xmlns", "?php ", "foreignobject"].map {
        Array($0.utf8)
    }

    /// The record at the end of a ZIP file, whose comment reaches exactly to the end.
    private static func endsAsArchive(_ bytes: Data) -> Bool {
        let tail = [UInt8](bytes.suffix(22 + 65_535))
        guard tail.count >= 22 else { return false }
        for start in 0...(tail.count - 22) where tail[start] == 0x50 {
            guard tail[start + 1] == 0x4B, tail[start + 2] == 0x05, tail[start + 3] == 0x06 else { continue }
            let comment = Int(tail[start + 20]) | Int(tail[start + 21]) << 8
            if start + 22 + comment <= tail.count { return true }
        }
        return false
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }

    // MARK: What it is

    /// Bytes at a place.
    private struct Signature {
        var offset = 0
        var bytes: [UInt8]

        init(_ bytes: [UInt8], at offset: Int = 0) {
            self.bytes = bytes
            self.offset = offset
        }

        init(_ text: String, at offset: Int = 0) { self.init(Array(text.utf8), at: offset) }

        func matches(_ head: [UInt8]) -> Bool { head.dropFirst(offset).starts(with: bytes) }
    }

    private static let zip = [Signature([0x50, 0x4B, 0x03, 0x04]), Signature([0x50, 0x4B, 0x05, 0x06])]
    private static let ole = [Signature([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1])]
    private static let film = [Signature("ftyp", at: 4)]
    private static let matroska = [Signature([0x1A, 0x45, 0xDF, 0xA3])]
    private static let ogg = [Signature("OggS")]
    private static let wave = [Signature("WAVE", at: 8)]
    private static let mpegSound =
        [Signature("ID3")] + (0xE0...0xFF as ClosedRange<UInt8>).map { Signature([0xFF, $0]) }
    private static let office = "application/vnd.openxmlformats-officedocument."
    private static let openDocument = "application/vnd.oasis.opendocument."

    /// The types that have a signature.
    private static let known: [String: [Signature]] = [
        "image/png": [Signature([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])],
        "image/jpeg": [Signature([0xFF, 0xD8, 0xFF])], "image/jpg": [Signature([0xFF, 0xD8, 0xFF])],
        "image/gif": [Signature("GIF87a"), Signature("GIF89a")], "image/webp": [Signature("WEBP", at: 8)],
        "image/bmp": [Signature("BM")],
        "image/tiff": [Signature([0x49, 0x49, 0x2A, 0x00]), Signature([0x4D, 0x4D, 0x00, 0x2A])],
        "image/heic": film, "image/heif": film, "image/avif": film,
        "video/mp4": film, "video/quicktime": film + [Signature("moov", at: 4)], "video/3gpp": film,
        "audio/mp4": film, "audio/x-m4a": film, "video/webm": matroska, "audio/webm": matroska,
        "video/x-matroska": matroska, "audio/ogg": ogg, "video/ogg": ogg, "audio/wav": wave, "audio/x-wav": wave,
        "audio/mpeg": mpegSound, "audio/mp3": mpegSound, "application/pdf": [Signature("%PDF-")],
        "application/zip": zip, "application/x-zip-compressed": zip, "application/gzip": [Signature([0x1F, 0x8B])],
        "application/x-7z-compressed": [Signature([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C])],
        "application/vnd.rar": [Signature("Rar!")], "application/rtf": [Signature("{\\rtf")],
        "application/msword": ole, "application/vnd.ms-excel": ole, "application/vnd.ms-powerpoint": ole,
        office + "wordprocessingml.document": zip, office + "spreadsheetml.sheet": zip,
        office + "presentationml.presentation": zip, openDocument + "text": zip, openDocument + "spreadsheet": zip,
        openDocument + "presentation": zip,
    ]
}
