import NIOCore

/// What a file is by its bytes. A file is taken when it is what it says, and nothing that a browser or an agent's
/// machine would run. What archives unpack to is the matter of ``Unpacking``.
enum FileContent {
    /// Bytes at the beginning that tell what a file is.
    static let headBytes = 4_096

    /// Whether bytes may be stored as a file of a declared type.
    static func isAcceptable(_ file: ByteBuffer, as type: String) -> Bool {
        let head = [UInt8](file.readableBytesView.prefix(headBytes))
        if runs(head) { return false }
        if let signatures = known[type] {
            guard signatures.contains(where: { $0.matches(head) }) else { return false }
        } else if type.hasPrefix("text/") || type == "application/json" {
            return !head.contains(0)
        }
        guard isMedium(type) else { return true }
        // A picture that is also a page or an archive is a trick: no camera makes one.
        guard !holdsMarkup(file), !holdsContainer(file), let end = PictureStructure.end(of: file, as: type),
            let tail = file.getSlice(at: end, length: file.readableBytes - end)
        else { return false }
        return !isCurious(tail, of: type)
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

    /// What stands behind a picture's end: padding, a second picture, a short film, a maker's own data; never text that
    /// would run, and never an archive.
    private static func isCurious(_ tail: ByteBuffer, of type: String) -> Bool {
        let blanks = tail.readableBytesView.prefix { $0 == 0 || $0 == 0xFF || $0.isText && $0 <= 0x20 }.count
        let head = [UInt8](tail.readableBytesView.dropFirst(blanks).prefix(headBytes))
        // No encoder writes behind a GIF, and its first bytes are a name for a script.
        let isWritten = type == "image/gif" && head.count >= 4 && head.prefix(16).allSatisfy(\.isText)
        let isElement = head.first == UInt8(ascii: "<") && head.dropFirst().first?.isText == true
        return isWritten || isElement || runs(head) || containers.contains { $0.matches(head) }
    }

    /// Archives and documents of which readers look for the beginning within a file.
    private static func holdsContainer(_ file: ByteBuffer) -> Bool {
        let head = [UInt8](file.readableBytesView.prefix(1_024))
        return file.holds(Array("Rar!\u{1A}\u{7}".utf8)) || file.holds([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C])
            || ByteBuffer(bytes: head).holds(Array("%PDF-".utf8)) || Signature("ustar", at: 257).matches(head)
            || ZipDirectory.end(in: file) != nil
    }

    private static func holdsMarkup(_ file: ByteBuffer) -> Bool {
        file.holds(UInt8(ascii: "<")) { at in markup.contains { file.stands($0, at: at + 1) } }
    }

    /// Behind `<`. Long enough that pixels do not have them by chance.
    private static let markup = [
        "script", "!doctype", "iframe", "svg xmlns", "?php ", "foreignobject", "img src", "html>", "html ", "body>",
        "body ",
    ].map { Array($0.utf8) }

    private static let containers =
        zip + ole + [
            Signature("Rar!"), Signature([0x37, 0x7A, 0xBC, 0xAF]), Signature([0x1F, 0x8B, 0x08]), Signature("%PDF-"),
            Signature("BZh"), Signature([0xFD, 0x37, 0x7A, 0x58, 0x5A]), Signature("MSCF"), Signature("ustar", at: 257),
        ]

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
        openDocument + "presentation": zip, "application/epub+zip": zip,
    ]
}
