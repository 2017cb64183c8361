import ContactCenter
import Foundation
import Journal
import Testing

@testable import PlatformAPI

@Suite("Files of guests by their bytes, and what says whether they are clean")
struct GuestFileTests {
    private static let png = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) + Data(count: 200)

    private struct File: Sendable {
        var bytes: Data
        var type: String

        init(_ bytes: Data, _ type: String) {
            self.bytes = bytes
            self.type = type
        }

        init(_ text: String, _ type: String) { self.init(Data(text.utf8), type) }

        init(_ bytes: [UInt8], _ type: String) { self.init(Data(bytes), type) }
    }

    private static let honest: [File] = [
        File(png, "image/png"), File([0xFF, 0xD8, 0xFF, 0xE0], "image/jpeg"), File("GIF89a..", "image/gif"),
        File("RIFF....WEBPVP8 ", "image/webp"), File("....ftypisom", "video/mp4"),
        File("%PDF-1.7", "application/pdf"), File("PK\u{3}\u{4}", "application/zip"),
        File("1 < 2 and a script\n", "text/plain"), File("縁側", "text/plain"),
        File([0, 1, 2], "application/octet-stream"), File("ID3", "audio/mpeg"),
    ]

    private static let hostile: [File] = [
        File(png, "image/gif"), File("hello", "image/png"), File("a\0b", "text/plain"),
        File(" \n<HTML>", "text/plain"), File("<svg/>", "application/octet-stream"), File("#!/bin/sh", "text/plain"),
        File([0x7F, 0x45, 0x4C, 0x46], "application/octet-stream"),
        File([0x4D, 0x5A, 0x90, 0x00], "application/octet-stream"), File(png + Data("<ScRiPt>".utf8), "image/png"),
        File(png + Data([0x50, 0x4B, 5, 6]) + Data(count: 18), "image/png"), File(Data(), "image/png"),
    ]

    @Test("a file is taken as what it is")
    func taken() { for file in Self.honest { #expect(FileContent.isAcceptable(file.bytes, as: file.type), "\(file)") } }

    @Test("and not as something else, nor when it would run")
    func refused() {
        for file in Self.hostile { #expect(!FileContent.isAcceptable(file.bytes, as: file.type), "\(file)") }
    }

    @Test("the daemon's words are a verdict, or none")
    func verdicts() throws {
        #expect(try VirusScanner.verdict("stream: OK\0") == .clean)
        #expect(try VirusScanner.verdict("stream: Eicar-Test FOUND\0") == .infected(name: "Eicar-Test"))
        for text in ["", "INSTREAM size limit exceeded. ERROR\0", "OK", "stream: OK and more"] {
            #expect(throws: VirusScanner.Unavailable.self) { try VirusScanner.verdict(text) }
        }
    }

    @Test(
        "the daemon's address is a host with a port, or a socket's path",
        arguments: [
            ("127.0.0.1:3310", true), ("tcp://clamd:3310", true), ("unix:///run/clamd.ctl", true),
            ("/run/clamd.ctl", true),
            ("clamd", false), ("clamd:0", false), ("clamd:99999", false), ("", false),
        ])
    func addresses(text: String, isOne: Bool) { #expect((VirusScanner(text) != nil) == isOne) }
}
