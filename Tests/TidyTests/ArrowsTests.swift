import Foundation
import Testing

/// The plan of the house: which room may import which, and where an outside library may be seen at all. Package.swift
/// alone does not hold it: what one target links, another can import.
enum Arrows {
    /// A target and what it may import of ours.
    static let rooms: [String: Set<String>] = [
        "CLibpq": [],
        "CZlib": [],
        "ContactCenter": [],
        // What the house measures and says of itself, and in which form; it knows nothing of contact centres.
        "Telemetry": [],
        "Routing": ["ContactCenter"],
        "Flows": ["ContactCenter"],
        "Journal": ["ContactCenter", "Telemetry", "CLibpq"],
        "Channels": ["ContactCenter"],
        "Engine": ["ContactCenter", "Telemetry", "Routing", "Flows", "Journal", "Channels"],
        // What a link of a message leads to; it knows foreign servers and nothing of the house.
        "LinkPreviews": [],
        // The journal's records of messages and tokens; its SQL is internal to its target.
        "PlatformAPI": ["ContactCenter", "Telemetry", "Journal", "Channels", "Engine", "LinkPreviews", "CZlib"],
        "engawa": [
            "ContactCenter", "Telemetry", "Journal", "Channels", "Engine", "LinkPreviews", "PlatformAPI",
            "PlatformSimulator",
        ],
        // The real engine on simulated machines; no part of the shipped binary.
        "Simulation": ["ContactCenter", "Routing", "Journal", "Channels", "Engine"],
        "simulate": ["Simulation"],
        "PlatformSimulator": ["ContactCenter", "Channels"],
        "EngawaMessenger": [],
        // A customer with an app, whom the tests tell what to say; no part of the shipped binary.
        "customer": ["EngawaMessenger"],
        // The load from outside; of ours it measures the router and the commit path by themselves.
        "EngawaLoad": ["ContactCenter", "Journal", "Routing"],
        "TestSupport": ["ContactCenter", "Routing", "Flows", "Journal", "Channels", "Engine", "PlatformAPI"],
    ]

    /// Rooms without I/O, clock and chance: of what is not ours they import Foundation's values only.
    static let pure: Set<String> = ["ContactCenter", "Routing", "Flows"]

    /// Libraries that one concern brings, and the rooms that have this concern.
    static let confined: [String: Set<String>] = [
        "GRDB": ["Journal"],
        "CoreMetrics": ["Telemetry", "Journal", "Engine", "PlatformAPI", "engawa"],
        "Tracing": ["Telemetry", "engawa"],
        "ArgumentParser": ["engawa", "EngawaLoad", "simulate"],
        "Configuration": ["engawa"],
        "Hummingbird": ["PlatformAPI", "PlatformSimulator", "engawa"],
        "HummingbirdCore": ["PlatformAPI"],
        "HTTPTypes": ["PlatformAPI", "PlatformSimulator"],
        "NIOHTTP1": ["PlatformAPI", "EngawaMessenger", "LinkPreviews"],
        "NIOWebSocket": ["PlatformAPI", "EngawaMessenger"],
        // Services that bring notifications to devices take signed claims instead of passwords.
        "JWTKit": ["PlatformAPI", "Channels"],
        "Mustache": ["PlatformAPI"],
        // The journal's blobs may be in a store that speaks S3.
        "AsyncHTTPClient": ["Journal", "Channels", "LinkPreviews", "PlatformSimulator", "engawa"],
        "Histogram": ["EngawaLoad"],
        // What administrators write by hand: configurations that might be.
        "Yams": ["engawa"],
    ]

    /// What is wrong with the imports of one file of Sources.
    static func findings(in file: SourceFile) -> [Finding] {
        guard let room = file.target, let allowed = rooms[room] else {
            return [
                Finding(path: file.path, line: nil, message: "a target without a floor: give it a line in Arrows.rooms")
            ]
        }
        return imports(of: file).compactMap { line, module in
            complaint(room, module, allowed).map { Finding(path: file.path, line: line, message: $0) }
        }
    }

    private static func complaint(_ room: String, _ module: String, _ allowed: Set<String>) -> String? {
        if rooms.keys.contains(module) {
            let way = "only \(allowed.sorted().joined(separator: ", ")) may be imported here"
            return allowed.contains(module) || module == room ? nil : "\(room) must not know \(module); \(way)"
        }
        if pure.contains(room), module != "Foundation", module != "FoundationEssentials" {
            return "\(room) is pure; take what \(module) would do as an argument"
        }
        if let homes = confined[module], !homes.contains(room) {
            return "\(module) is the business of \(homes.sorted().joined(separator: ", ")); ask there"
        }
        return nil
    }

    private static func imports(of file: SourceFile) -> [(line: Int, module: String)] {
        file.code.lines.enumerated().compactMap { index, line in
            let words = line.split(separator: " ")
            guard let at = words.firstIndex(of: "import"), words[..<at].allSatisfy(isModifier) else { return nil }
            let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "typealias", "let", "var"]
            guard let path = words[(at + 1)...].first(where: { !kinds.contains($0) }) else { return nil }
            return (index + 1, String(path.prefix { $0 != "." }))
        }
    }

    private static func isModifier(_ word: Substring) -> Bool {
        word.hasPrefix("@") || ["public", "package", "internal", "fileprivate", "private"].contains(word)
    }
}

@Suite("Arrows: a room knows only the floors below")
struct ArrowsTests {
    @Test("every import in Sources follows the plan")
    func sources() throws {
        let files = try Repository.files(under: ["Sources"], ending: [".swift"])
        #expect(files.count > 20)
        #expect(files.flatMap(Arrows.findings).report == "")
    }

    @Test("every target of the package has a floor")
    func targets() throws {
        let package = try Repository.file("Package.swift").text
        let names = package.matches(of: /\.(?:target|executableTarget|systemLibrary)\(\s*name: "(\w+)"/).map {
            String($0.1)
        }
        #expect(names.count > 5)
        #expect(names.filter { Arrows.rooms[$0] == nil } == [])
    }

    @Test("apps that take the client library take nothing of the server with it")
    func clientLibrary() throws {
        let package = try Repository.file("Package.swift").text
        let targets = package.split(separator: ".target(").dropFirst()
        let target = try #require(targets.first { $0.contains("name: \"EngawaMessenger\"") })
        let own = target.split(separator: ".testTarget(")[0]
        // A package with unsafe flags cannot be depended on by version.
        #expect(own.contains("swiftSettings: portable"))
        let packages = Set(own.matches(of: /package: "([\w-]+)"/).map { String($0.1) })
        #expect(packages == ["swift-nio", "swift-nio-ssl"])
    }

    @Test("the arrows have no circle")
    func noCircle() {
        var left = Arrows.rooms
        while let free = left.first(where: { $0.value.allSatisfy { left[$0] == nil } }) { left[free.key] = nil }
        #expect(left.isEmpty)
    }

    @Test(
        "an import against the plan is found",
        arguments: [
            ("Sources/Journal/A.swift", "import Engine"),
            ("Sources/Routing/A.swift", "public import Journal"),
            ("Sources/ContactCenter/A.swift", "import Logging"),
            ("Sources/ContactCenter/A.swift", "import FoundationNetworking"),
            ("Sources/Engine/A.swift", "import struct Hummingbird.Request"),
            ("Sources/PlatformAPI/A.swift", "@preconcurrency import GRDB"),
            ("Sources/Engine/A.swift", "@testable import PlatformAPI"),
            ("Sources/Attic/A.swift", "import Foundation"),
        ])
    func fires(path: String, text: String) {
        #expect(Arrows.findings(in: SourceFile(path: path, text: text)).count == 1)
    }

    @Test(
        "an import along the plan is not",
        arguments: [
            ("Sources/Engine/A.swift", "import Journal\nimport Collections"),
            ("Sources/ContactCenter/A.swift", "import Foundation"),
            ("Sources/Routing/A.swift", "// import Journal\nlet text = \"import Journal\""),
        ])
    func silent(path: String, text: String) {
        #expect(Arrows.findings(in: SourceFile(path: path, text: text)).report == "")
    }
}
