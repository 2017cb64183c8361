import Foundation

/// What a page says of itself: Open Graph first, then its own title and description (ogp.me; HTML's `meta`).
///
/// Lenient, because pages are: it finds tags, comments and scripts, and gives up on nothing. What it gives is text, for
/// nobody to take for markup.
struct PageReader {
    static let titleMax = 200
    static let descriptionMax = 300

    private var metas: [String: String] = [:]
    private var title: String?

    /// Reads the page's bytes by the encoding that it or its server names.
    init(_ bytes: Data, contentType: String) {
        var scanner = TagScanner(PageText.decoded(bytes, contentType: contentType))
        while let tag = scanner.next() {
            if tag.name == "title", title == nil { title = scanner.text(until: "title").map(Self.plain) }
            guard tag.name == "meta", let name = tag.attributes["property"] ?? tag.attributes["name"],
                let content = tag.attributes["content"], metas[name.lowercased()] == nil
            else { continue }
            metas[name.lowercased()] = Self.plain(content)
        }
    }

    /// The preview; `nil` when the page has no name.
    func preview(of address: LinkAddress) -> LinkPreview? {
        guard let title = first("og:title", "twitter:title", max: Self.titleMax) ?? cut(title, Self.titleMax) else {
            return nil
        }
        let image = ["og:image:secure_url", "og:image", "og:image:url", "twitter:image"]
            .lazy.compactMap { metas[$0] }.first.flatMap(address.resolving)
        return LinkPreview(
            url: address.url, title: title,
            description: first("og:description", "twitter:description", "description", max: Self.descriptionMax),
            siteName: first("og:site_name", max: Self.titleMax), image: image)
    }

    private func first(_ names: String..., max: Int) -> String? {
        names.lazy.compactMap { cut(metas[$0], max) }.first
    }

    private func cut(_ text: String?, _ max: Int) -> String? {
        guard let text, !text.isEmpty else { return nil }
        return text.count <= max ? text : String(text.prefix(max - 1)) + "…"
    }

    /// One line of text without entities, controls, and signs that turn the direction of what follows.
    private static func plain(_ text: String) -> String {
        let decoded = text.replacing(/&(#[xX][0-9a-fA-F]{1,6}|#[0-9]{1,7}|[a-zA-Z]{2,8});/) { match in
            entity(match.1) ?? String(match.0)
        }
        let words = decoded.unicodeScalars.split { scalar in
            scalar.properties.isWhitespace || scalar.properties.generalCategory == .control
        }
        let hidden: Set<Unicode.GeneralCategory> = [.format, .privateUse, .surrogate, .unassigned]
        return words.map { word in
            String(String.UnicodeScalarView(word.filter { !hidden.contains($0.properties.generalCategory) }))
        }
        .filter { !$0.isEmpty }.joined(separator: " ")
    }

    private static let names: [String: String] = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": " ", "hellip": "…", "mdash": "—",
        "ndash": "–", "lsquo": "‘", "rsquo": "’", "ldquo": "“", "rdquo": "”", "middot": "·", "bull": "•",
        "copy": "©", "reg": "®", "trade": "™", "yen": "¥", "euro": "€", "laquo": "«", "raquo": "»",
    ]

    private static func entity(_ name: Substring) -> String? {
        guard name.hasPrefix("#") else { return names[name.lowercased()] }
        let digits = name.dropFirst()
        let isHex = digits.first == "x" || digits.first == "X"
        guard let value = isHex ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits) else { return nil }
        return (value == 0 ? nil : Unicode.Scalar(value)).map { String(Character($0)) } ?? "\u{FFFD}"
    }
}
