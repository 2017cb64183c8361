import Foundation
import NIOCore

/// The items of a query string or of a form body, percent-decoded, in their order.
public struct QueryItems: Sendable, Equatable {
    /// Names and values as they came.
    public private(set) var items: [Item]

    /// One `name=value`.
    public struct Item: Sendable, Equatable {
        /// The decoded name.
        public var name: String
        /// The decoded value; empty when there was no `=`.
        public var value: String
    }

    /// No items.
    public init() { items = [] }

    /// Reads `a=1&b=2`. `+` is a space, as browsers and Python's urllib write it. A part whose percent escapes are
    /// broken is kept as it stands.
    public init(_ text: some StringProtocol) {
        items = text.split(separator: "&").map { part in
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return Item(name: Self.decoded(halves[0]), value: halves.count == 2 ? Self.decoded(halves[1]) : "")
        }
    }

    /// The first value of a name.
    public subscript(_ name: String) -> String? { items.first { $0.name == name }?.value }

    /// All values of a name, whether the key is repeated or the values are joined by commas (reference, Traps).
    public func list(_ name: String) -> [String] {
        items.filter { $0.name == name }.flatMap { $0.value.split(separator: ",").map(String.init) }
    }

    /// A switch: `true` or `false` in any case (reference, Traps). Other values are refused.
    public func flag(_ name: String) throws(APIError) -> Bool? {
        guard let value = self[name], !value.isEmpty else { return nil }
        switch value.lowercased() {
        case "true": return true
        case "false": return false
        default: throw .invalidValue(name, value, allowed: "true, false")
        }
    }

    /// A whole number within bounds. Other values are refused.
    public func integer(_ name: String, in bounds: ClosedRange<Int>) throws(APIError) -> Int? {
        guard let value = self[name], !value.isEmpty else { return nil }
        guard let number = Int(value), bounds.contains(number) else {
            throw .invalidValue(name, value, allowed: "\(bounds.lowerBound) to \(bounds.upperBound)")
        }
        return number
    }

    /// The items with one set to a value, in the place of the first of that name or at the end.
    public func setting(_ name: String, to value: String) -> QueryItems {
        var copy = self
        if let index = copy.items.firstIndex(where: { $0.name == name }) {
            copy.items[index].value = value
            let after = copy.items.index(after: index)
            copy.items = Array(copy.items[..<after] + copy.items[after...].filter { $0.name != name })
        } else {
            copy.items.append(Item(name: name, value: value))
        }
        return copy
    }

    /// The items without those of one name.
    public func without(_ name: String) -> QueryItems {
        var copy = self
        copy.items.removeAll { $0.name == name }
        return copy
    }

    /// The items as a query string, percent-encoded.
    public var text: String {
        items.map { Self.encoded($0.name) + "=" + Self.encoded($0.value) }.joined(separator: "&")
    }

    private static func decoded(_ part: some StringProtocol) -> String {
        let spaced = String(part).replacing("+", with: " ")
        return spaced.removingPercentEncoding ?? spaced
    }

    /// RFC 3986's unreserved characters, and the comma, which lists are joined by.
    private static let unescaped = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~,")

    private static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: unescaped) ?? text
    }
}
