import ContactCenter
import Foundation
import Testing

@Suite("Reading JSON")
struct JSONReaderTests {
    static func read(_ text: String) throws -> JSONValue { try JSONReader.read(Data(text.utf8)) }

    static let scalars: [(String, JSONValue)] = [
        ("null", .null), (" true\n", true), ("false", false), ("0", 0), ("-0", 0), ("12", 12), ("-7", -7),
        ("1.5", 1.5), ("1e2", 100), ("1E+2", 100), ("25e-1", 2.5), ("1.0", 1), ("1e300", .number(1e300)),
        ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)), ("\"a\"", "a"),
    ]
    static let nested: [(String, JSONValue)] = [
        ("[]", []), ("{}", [:]), ("[ 1 , [ 2 ] , {} ]", [1, [2], [:]]), ("{\"a\":1,\"a\":2}", ["a": 2]),
        ("{ \"a\" : { \"b\" : [ null ] } , \"c\" : \"d\" }", ["a": ["b": [.null]], "c": "d"]),
    ]

    @Test("every kind of value, with spaces anywhere", arguments: scalars + nested)
    func values(text: String, value: JSONValue) throws {
        #expect(try Self.read(text) == value)
    }

    @Test(
        "strings with all that can be escaped",
        arguments: [
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9\u7e01""#, "Aé縁"),
            (#""\ud83d\ude00!""#, "😀!"), (#""a\u0000b""#, "a\0b"), (#""縁側 😀""#, "縁側 😀"),
        ])
    func strings(text: String, value: String) throws {
        #expect(try Self.read(text) == .string(value))
    }

    @Test(
        "what the standard does not allow is refused",
        arguments: [
            "", " ", "nul", "nulll", "tru", "True", "'a'", "\"a", "\"a\nb\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"",
            #""\ud83d""#, #""\ud83dx""#, #""\ud83dA""#, #""\ude00""#, "01", "-", "-a", "+1", ".5", "1.", "1.e2",
            "1e", "1e+", "0x1", "1e999", "NaN", "Infinity", "[", "[1", "[1,]", "[,1]", "[1 2]", "{", "{\"a\"}",
            "{\"a\":}", "{\"a\":1,}", "{a:1}", "{1:1}", "{\"a\" 1}", "1 2", "{}{}", "[]]", "/**/1", "\u{FEFF}1",
        ])
    func refused(text: String) {
        #expect(throws: JSONReader.Malformed.self) { try Self.read(text) }
    }

    @Test("brackets are read down to the limit and refused below it")
    func depth() throws {
        let deep =
            String(repeating: "[", count: JSONReader.depthMax) + String(repeating: "]", count: JSONReader.depthMax)
        #expect(try Self.read(deep) != .null)
        #expect(throws: JSONReader.Malformed.self) { try Self.read("[[\(deep)]]") }
    }

    @Test("what a general decoder reads is read the same, whatever is cut off or changed is never a crash")
    func sameAsFoundation() throws {
        var chance = SeededChance(seed: 7)
        let decoder = JSONDecoder()
        for _ in 0..<400 {
            let value = chance.value(depth: 0)
            let encoded = try JSONEncoder().encode(value)
            #expect(try JSONReader.read(encoded) == decoder.decode(JSONValue.self, from: encoded))
            var broken = encoded
            broken[Int.random(in: 0..<broken.count, using: &chance)] = UInt8.random(in: 0...127, using: &chance)
            _ = try? JSONReader.read(broken)
            _ = try? JSONReader.read(encoded.prefix(Int.random(in: 0..<encoded.count, using: &chance)))
        }
    }

    @Test("a text is quoted so that it is read back", arguments: ["", "a\"b\\c", "\n\r\t\u{1}\u{1F}", "縁側 😀", "/</"])
    func quoted(text: String) throws {
        var bytes: [UInt8] = []
        JSONValue.quote(text, into: &bytes)
        #expect(try JSONReader.read(Data(bytes)) == .string(text))
        #expect(try JSONDecoder().decode(String.self, from: Data(bytes)) == text)
    }
}

/// Values from a seed.
private struct SeededChance: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }

    mutating func value(depth: Int) -> JSONValue {
        switch Int.random(in: 0..<(depth > 3 ? 5 : 7), using: &self) {
        case 0: return .null
        case 1: return .bool(.random(using: &self))
        case 2: return .integer(Int64.random(in: -1_000_000...1_000_000, using: &self))
        case 3: return .number(Double(Int.random(in: -999...999, using: &self)) + 0.25)
        case 4: return .string(text())
        case 5: return .array((0..<Int.random(in: 0...4, using: &self)).map { _ in value(depth: depth + 1) })
        default:
            var members: [String: JSONValue] = [:]
            for _ in 0..<Int.random(in: 0...4, using: &self) { members[text()] = value(depth: depth + 1) }
            return .object(members)
        }
    }

    private mutating func text() -> String {
        let scalars = Array("aZ \"\\\n\u{7}é縁😀/".unicodeScalars)
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...8, using: &self) { text.append(scalars[Int(next() % UInt64(scalars.count))]) }
        return String(text)
    }
}
