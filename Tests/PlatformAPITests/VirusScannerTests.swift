import ContactCenter
import Foundation
import Journal
import Testing

@testable import PlatformAPI

@Suite("What says whether files are clean")
struct VirusScannerTests {
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
