import ContactCenter
import Foundation
import Journal
import Testing

@testable import PlatformAPI

@Suite("Files of guests by their bytes, and what says whether they are clean")
struct GuestFileTests {
    private static let png = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) + Data(count: 200)

    @Test(
        "a file is taken as what it is",
        arguments: [
            (png, "image/png"), (Data([0xFF, 0xD8, 0xFF, 0xE0]), "image/jpeg"), (Data("GIF89a..".utf8), "image/gif"),
            (Data("RIFF....WEBPVP8 ".utf8), "image/webp"), (Data("....ftypisom".utf8), "video/mp4"),
            (Data("%PDF-1.7".utf8), "application/pdf"), (Data("PK\u{3}\u{4}".utf8), "application/zip"),
            (Data("1 < 2 and a script\n".utf8), "text/plain"), (Data("縁側".utf8), "text/plain"),
            (Data([0, 1, 2]), "application/octet-stream"), (Data("ID3".utf8), "audio/mpeg"),
        ])
    func taken(bytes: Data, type: String) { #expect(FileContent.isAcceptable(bytes, as: type)) }

    @Test(
        "and not as something else, nor when it would run",
        arguments: [
            (png, "image/gif"), (Data("hello".utf8), "image/png"), (Data("a\0b".utf8), "text/plain"),
            (Data(" \n<HTML>".utf8), "text/plain"), (Data("<svg/>".utf8), "application/octet-stream"),
            (Data("#!/bin/sh".utf8), "text/plain"), (Data([0x7F, 0x45, 0x4C, 0x46]), "application/octet-stream"),
            (Data([0x4D, 0x5A, 0x90, 0x00]), "application/octet-stream"), (png + Data("<ScRiPt>".utf8), "image/png"),
            (png + Data([0x50, 0x4B, 5, 6]) + Data(count: 18), "image/png"), (Data(), "image/png"),
        ])
    func refused(bytes: Data, type: String) { #expect(!FileContent.isAcceptable(bytes, as: type)) }

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
