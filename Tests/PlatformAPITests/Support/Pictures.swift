import NIOCore

/// The smallest pictures of each kind, made by hand.
enum Pictures {
    /// One pixel, all of its bytes ASCII. Another letter is another picture.
    static func gif(_ background: Character = "a") -> String {
        "GIF89a\u{1}\0\u{1}\0\0\(background)\0,\0\0\0\0\u{1}\0\u{1}\0\0\u{2}\u{2}L\u{1}\0;"
    }

    static let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        + chunk("IHDR", [0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0]) + chunk("tEXt", Array("Comment\0tea".utf8))
        + chunk("IDAT", Array(repeating: 7, count: 12)) + chunk("IEND", [])

    static let jpeg: [UInt8] =
        [0xFF, 0xD8] + segment(0xE0, Array("JFIF\0".utf8) + [1, 1, 0, 0, 1, 0, 1, 0, 0])
        + segment(0xDB, Array(repeating: 1, count: 65)) + segment(0xC0, [8, 0, 1, 0, 1, 1, 1, 0x11, 0])
        + segment(0xC4, Array(repeating: 0, count: 17)) + segment(0xDA, [1, 1, 0, 0, 63, 0])
        + [0x12, 0xFF, 0x00, 0x34, 0xFF, 0xD0, 0x56, 0xFF, 0xD9]

    static let webp: [UInt8] =
        Array("RIFF".utf8) + [22, 0, 0, 0] + Array("WEBPVP8 ".utf8)
        + [10, 0, 0, 0, 0x30, 0x01, 0x00, 0x9D, 0x01, 0x2A, 1, 0, 1, 0]

    private static func chunk(_ kind: String, _ body: [UInt8]) -> [UInt8] {
        [0, 0, 0, UInt8(body.count)] + Array(kind.utf8) + body + [0, 0, 0, 0]
    }

    static func segment(_ marker: UInt8, _ body: [UInt8]) -> [UInt8] {
        [0xFF, marker, 0, UInt8(body.count + 2)] + body
    }
}
