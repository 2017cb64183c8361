import ContactCenter
import Foundation
import NIOCore
import Testing

@testable import PlatformAPI

@Suite("Files by their bytes")
struct FileContentTests {
    struct File: Sendable, CustomTestStringConvertible {
        var bytes: [UInt8]
        var type: String
        var testDescription: String { "\(type), \(bytes.count) bytes" }

        init(_ bytes: [UInt8], _ type: String) {
            self.bytes = bytes
            self.type = type
        }

        init(_ text: String, _ type: String) { self.init(Array(text.utf8), type) }

        var isTaken: Bool { FileContent.isAcceptable(ByteBuffer(bytes: bytes), as: type) }
    }

    static let pictures = [
        File(Pictures.png, "image/png"), File(Pictures.jpeg, "image/jpeg"), File(Pictures.gif(), "image/gif"),
        File(Pictures.webp, "image/webp"),
    ]

    static let honest =
        pictures + [
            File("....ftypisom", "video/mp4"), File("%PDF-1.7", "application/pdf"),
            File("PK\u{3}\u{4}", "application/zip"), File("1 < 2 and a script\n", "text/plain"),
            File("縁側", "text/plain"), File([0, 1, 2], "application/octet-stream"), File("ID3", "audio/mpeg"),
        ]

    static let hostile = [
        File(Pictures.png, "image/gif"), File("hello", "image/png"), File("a\0b", "text/plain"),
        File(" \n<HTML>", "text/plain"), File("<svg/>", "application/octet-stream"), File("#!/bin/sh", "text/plain"),
        File([0x7F, 0x45, 0x4C, 0x46], "application/octet-stream"),
        File([0x4D, 0x5A, 0x90, 0x00], "application/octet-stream"), File([], "image/png"),
        File("GIF89a..", "image/gif"), File("RIFF....WEBPVP8 ", "image/webp"),
        File([0xFF, 0xD8, 0xFF, 0xE0], "image/jpeg"), File("BM/*    */=1", "image/bmp"),
    ]

    @Test("a file is taken as what it is", arguments: honest)
    func taken(file: File) { #expect(file.isTaken) }

    @Test("and not as something else, nor when it would run", arguments: hostile)
    func refused(file: File) { #expect(!file.isTaken) }

    @Test("of a picture nothing may be missing, and whatever is changed in it harms nobody", arguments: pictures)
    func parts(file: File) {
        // But the one byte behind a GIF, which some programs leave out.
        let least = file.type == "image/gif" ? file.bytes.count - 1 : file.bytes.count
        for count in 0..<least {
            #expect(!File(Array(file.bytes.prefix(count)), file.type).isTaken, "\(count) bytes")
        }
        for index in file.bytes.indices {
            for value: UInt8 in [0, 1, 0x7F, 0xD9, 0xFF] {
                var changed = file
                changed.bytes[index] = value
                _ = changed.isTaken
            }
        }
    }

    @Test(
        "behind a picture's end stands what cameras put there, and nothing that reads as another file",
        arguments: pictures)
    func tails(file: File) {
        let film = [0, 0, 0, 24] + Array("ftypmp42".utf8) + Array(repeating: UInt8(0x83), count: 40)
        for tail in [[0, 0, 0], [0x0D, 0x0A], film, [0, 0] + Pictures.jpeg, Array("SEFH".utf8) + film] {
            #expect(File(file.bytes + tail, file.type).isTaken, "\(tail.prefix(12))")
        }
        for text in [
            "<b onclick=1>", "\n\0<IMG SRC=x>", "a <ScRiPt>", "#!/bin/sh", "\0PK\u{3}\u{4}", "%PDF-1.4",
            "a Rar!\u{1A}\u{7}", "PK\u{5}\u{6}" + String(repeating: "\0", count: 18), "BZh9", "\u{7F}ELF", "MZ\0",
            "MSCF",
        ] {
            #expect(!File(file.bytes + Array(text.utf8), file.type).isTaken, "\(text)")
        }
    }

    @Test("a script is no picture, however it is written into one")
    func scripts() {
        let gif = Array(Pictures.gif().utf8)
        let close = Array("*/=1;alert(1)".utf8)
        #expect(!File(gif.prefix(6) + Array("/*".utf8) + gif.dropFirst(8) + close, "image/gif").isTaken)
        #expect(!File(gif + Array("=1;alert(1)".utf8), "image/gif").isTaken)
        let comment = Array("/*".utf8) + Array(repeating: 0, count: 0x2F2A - 2)
        let jpeg = [0xFF, 0xD8, 0xFF, 0xE1] + comment + Pictures.jpeg.dropFirst(2)
        // Such a length may be chance, if nothing goes on like a script.
        #expect(File(jpeg, "image/jpeg").isTaken)
        let script = Pictures.segment(0xFE, close)
        #expect(!File([0xFF, 0xD8, 0xFF, 0xE1] + comment + script + Pictures.jpeg.dropFirst(2), "image/jpeg").isTaken)
    }
}
