/// What a guest reads, as the browser says it in `Accept-Language` (RFC 9110, section 12.5.4).
enum GuestLanguages {
    /// Languages that are kept of a guest; nobody reads more.
    private static let countMax = 3
    /// Bytes of a header that are looked at.
    private static let bytesMax = 200

    /// The tags, best first: by weight, then as they stand there.
    static func tags(of header: String?) -> [String] {
        let parts = (header ?? "").prefix(bytesMax).split(separator: ",")
        let weighted = parts.compactMap { part -> (tag: String, weight: Double)? in
            let items = part.split(separator: ";").map { $0.filter { !$0.isWhitespace } }
            guard let tag = items.first, tag.wholeMatch(of: /[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*/) != nil else {
                return nil
            }
            let weight = items.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            return weight > 0 ? (tag, weight) : nil
        }
        let sorted = weighted.enumerated().sorted { left, right in
            left.element.weight == right.element.weight
                ? left.offset < right.offset : left.element.weight > right.element.weight
        }
        return sorted.prefix(countMax).map { $0.element.tag }
    }
}
