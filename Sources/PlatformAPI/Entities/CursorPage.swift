import ContactCenter
import Foundation
import Hummingbird

/// A place in a list by name and id, for lists that go on from a place rather than by a number (`after`, `before`;
/// reference, section A.5). What is added or removed meanwhile moves nothing.
struct ListCursor: Comparable, Codable, Sendable {
    var name: String
    var id: String

    init(name: String?, id: String) {
        self.name = name ?? ""
        self.id = id
    }

    /// Reads a cursor as ``text`` writes it.
    init?(_ text: String) {
        let padded = text.replacing("-", with: "+").replacing("_", with: "/")
        guard let data = Data(base64Encoded: padded + String(repeating: "=", count: (4 - padded.count % 4) % 4)),
            let parts = try? JSONDecoder().decode([String].self, from: data), parts.count == 2
        else { return nil }
        self.init(name: parts[0], id: parts[1])
    }

    /// The cursor as a query carries it.
    var text: String {
        let data = (try? JSONEncoder().encode([name, id])) ?? Data()
        return data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    static func < (left: Self, right: Self) -> Bool { (left.name, left.id) < (right.name, right.id) }
}

/// The envelope of a list that is paged by cursors.
private struct CursorListing: Encodable {
    var entities: [JSONValue]
    var nextUri: String?
    var selfUri: String
    var previousUri: String?
}

extension Call<Principal> {
    /// A page of a list that is in memory as a whole.
    func cursorResponse<Element>(
        _ list: [Element], at cursor: (Element) -> ListCursor, _ wire: (Element) -> JSONValue
    ) throws -> Response {
        let size = try query.integer("pageSize", in: 1...PageRequest.sizeMax) ?? PageRequest.sizeDefault
        let sorted = list.map { (cursor($0), $0) }.sorted { $0.0 < $1.0 }
        var range = sorted.indices.prefix(size)
        if let before = try place("before") {
            range = sorted.prefix { $0.0 < before }.indices.suffix(size)
        } else if let after = try place("after") {
            range = sorted.drop { $0.0 <= after }.indices.prefix(size)
        }
        let page = sorted[range]
        func uri(_ name: String, _ cursor: ListCursor?) -> String? {
            let other = name == "after" ? "before" : "after"
            return cursor.map { request.uri.path + "?" + query.without(other).setting(name, to: $0.text).text }
        }
        return try .json(
            CursorListing(
                entities: page.map { wire($0.1) },
                nextUri: range.upperBound < sorted.endIndex ? uri("after", page.last?.0) : nil,
                selfUri: request.uri.string,
                previousUri: range.lowerBound > sorted.startIndex ? uri("before", page.first?.0) : nil))
    }

    private func place(_ name: String) throws(APIError) -> ListCursor? {
        guard let text = query[name], !text.isEmpty else { return nil }
        guard let cursor = ListCursor(text) else { throw .invalidValue(name, String(text.prefix(40))) }
        return cursor
    }
}
