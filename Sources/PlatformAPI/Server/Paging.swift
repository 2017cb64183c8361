/// Which page of a list a client asks for (reference, section A.5: `pageSize`, and `pageNumber` from 1).
public struct PageRequest: Sendable, Equatable {
    /// Entities a page.
    public var pageSize: Int
    /// The page, from 1.
    public var pageNumber: Int

    /// The page size when the client says none.
    public static let sizeDefault = 25
    /// The page size of most lists at most.
    public static let sizeMax = 100
    /// Far beyond what anybody reads; it keeps the offset from overflowing and a scan from going on for ever.
    public static let numberMax = 100_000

    /// A page by size and number.
    public init(pageSize: Int = Self.sizeDefault, pageNumber: Int = 1) {
        self.pageSize = pageSize
        self.pageNumber = pageNumber
    }

    /// Reads `pageSize` and `pageNumber`; 400 `invalid.value` for anything outside the bounds.
    public init(_ query: QueryItems, sizeDefault: Int = Self.sizeDefault, sizeMax: Int = Self.sizeMax) throws(APIError)
    {
        pageSize = try query.integer("pageSize", in: 1...sizeMax) ?? sizeDefault
        pageNumber = try query.integer("pageNumber", in: 1...Self.numberMax) ?? 1
    }

    /// Entities before the page.
    public var offset: Int { (pageNumber - 1) * pageSize }

    /// The page of a list that is in memory as a whole.
    public func slice<Element>(_ list: some RandomAccessCollection<Element>) -> [Element] {
        Array(list.dropFirst(offset).prefix(pageSize))
    }
}

/// The envelope of an offset-paged list (reference, section A.5). The URIs are relative and keep the other items of the
/// query, because clients follow them blindly.
public struct Page<Entity: Encodable & Sendable>: Encodable, Sendable {
    /// The entities of this page.
    public let entities: [Entity]
    /// Entities a page.
    public let pageSize: Int
    /// This page, from 1.
    public let pageNumber: Int
    /// Entities on all pages.
    public let total: Int
    /// Pages; 0 when there is no entity, because clients loop to it.
    public let pageCount: Int
    /// The first page.
    public let firstUri: String
    /// The last page; the first when there is none.
    public let lastUri: String
    /// This page.
    public let selfUri: String
    /// The next page; absent on the last one.
    public let nextUri: String?
    /// The page before; absent on the first one.
    public let previousUri: String?

    /// The envelope of one page.
    /// - Parameters:
    ///   - total: entities on all pages.
    ///   - path: the list's path, as `/api/v2/routing/queues`.
    ///   - query: the query as the client sent it.
    public init(_ entities: [Entity], total: Int, request: PageRequest, path: String, query: QueryItems = QueryItems())
    {
        let count = (total + request.pageSize - 1) / request.pageSize
        func uri(_ number: Int) -> String {
            let items = query.setting("pageSize", to: String(request.pageSize))
                .setting("pageNumber", to: String(number))
            return "\(path)?\(items.text)"
        }
        self.entities = entities
        self.total = total
        pageSize = request.pageSize
        pageNumber = request.pageNumber
        pageCount = count
        firstUri = uri(1)
        lastUri = uri(max(1, count))
        selfUri = uri(request.pageNumber)
        nextUri = request.pageNumber < count ? uri(request.pageNumber + 1) : nil
        previousUri = request.pageNumber > 1 ? uri(request.pageNumber - 1) : nil
    }
}

/// The envelope of a list without pages.
public struct Listing<Entity: Encodable & Sendable>: Encodable, Sendable {
    /// All entities.
    public let entities: [Entity]

    /// The envelope of all entities.
    public init(_ entities: [Entity]) { self.entities = entities }
}
