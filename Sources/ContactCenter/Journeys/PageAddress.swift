import Foundation

/// An address of a page as a journey keeps it: in its parts, and without what the configuration leaves out.
public struct PageAddress: Hashable, Sendable {
    /// What of addresses is kept.
    public struct Rules: Hashable, Sendable {
        /// Query parameters that are left out, in lower case.
        public var excluded: Set<String> = []
        /// Whether what follows `#` is kept.
        public var keepsFragment = false
        /// Query parameters that hold what somebody searched for, in lower case.
        public var searchParameters: [String] = []

        /// Rules that keep the query and no fragment.
        public init() {}
    }

    /// The whole address, with what was left out left out.
    public var url: String
    public var hostname: String
    public var pathname: String
    public var queryString: String?
    public var fragment: String?
    /// The query's items that are kept, by name in lower case; the first of a name.
    public var query: [String: String]

    /// Bytes of UTF-8 in an address.
    public static let bytesMax = 2_048
    /// Bytes of UTF-8 in one value that is taken out of a query.
    public static let valueBytesMax = 256

    /// Reads an address; `nil` when it is no absolute address of the web, or too long. A name and password in it are
    /// left out always.
    public init?(_ text: String, _ rules: Rules) {
        guard text.utf8.count <= Self.bytesMax, var parts = URLComponents(string: text),
            let scheme = parts.scheme?.lowercased(), scheme == "https" || scheme == "http",
            let host = parts.host?.lowercased(), !host.isEmpty
        else { return nil }
        parts.user = nil
        parts.password = nil
        if !rules.keepsFragment { parts.fragment = nil }
        let kept = (parts.percentEncodedQueryItems ?? []).filter { item in
            !rules.excluded.contains((item.name.removingPercentEncoding ?? item.name).lowercased())
        }
        parts.percentEncodedQueryItems = kept.isEmpty ? nil : kept
        guard let whole = parts.string else { return nil }
        url = whole
        hostname = host
        pathname = parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath
        queryString = parts.percentEncodedQuery
        fragment = parts.fragment
        var query: [String: String] = [:]
        for item in kept {
            guard let name = item.name.removingPercentEncoding?.lowercased(), query[name] == nil else { continue }
            let value = (item.value ?? "").replacing("+", with: " ")
            query[name] = Self.short(value.removingPercentEncoding ?? value)
        }
        self.query = query
    }

    /// The host without `www.`: whose site it is.
    public var domain: String { hostname.hasPrefix("www.") ? String(hostname.dropFirst(4)) : hostname }

    /// What somebody searched for on this page.
    public func searched(_ rules: Rules) -> String? {
        rules.searchParameters.lazy.compactMap { query[$0.lowercased()] }.first { !$0.isEmpty }
    }

    /// The advertisement or letter that led here, by the usual parameters (`utm_…`, and the clicks of networks).
    public var campaign: [String: String] {
        var campaign: [String: String] = [:]
        for (parameter, name) in Self.campaignNames {
            if let value = query[parameter], !value.isEmpty { campaign[name] = value }
        }
        for (parameter, network) in Self.networks where query[parameter]?.isEmpty == false {
            campaign["clickId"] = query[parameter]
            campaign["network"] = network
        }
        return campaign
    }

    /// What kind of place this is for somebody who comes from it to a page.
    public func medium(for page: PageAddress) -> String {
        if domain == page.domain { return "internal" }
        if let medium = page.campaign["medium"]?.lowercased(), Self.paid.contains(medium) { return "paid" }
        if Self.mail.contains(where: { hostname.hasPrefix($0) }) { return "email" }
        if Self.search.contains(where: { Self.isOf($0, hostname) }) { return "search" }
        return Self.social.contains(where: { Self.isOf($0, hostname) }) ? "social" : "unknown"
    }

    /// A host of a name, under whatever country: `google` is `www.google.co.jp`; a name with a dot is that host.
    private static func isOf(_ name: String, _ host: String) -> Bool {
        guard name.contains(".") else { return host.split(separator: ".").contains(Substring(name)) }
        return host == name || host.hasSuffix("." + name)
    }

    private static func short(_ text: String) -> String {
        guard text.utf8.count > valueBytesMax else { return text }
        var result = text
        while result.utf8.count > valueBytesMax { result.removeLast() }
        return result
    }

    private static let campaignNames = [
        ("utm_source", "source"), ("utm_medium", "medium"), ("utm_campaign", "name"), ("utm_term", "term"),
        ("utm_content", "content"),
    ]
    private static let networks = [
        ("gclid", "google"), ("fbclid", "facebook"), ("msclkid", "microsoft"), ("yclid", "yahoo"),
        ("twclid", "twitter"),
    ]
    private static let paid: Set<String> = ["cpc", "ppc", "paid", "paidsearch", "paidsocial", "display", "cpm"]
    private static let mail = ["mail.", "outlook.", "webmail."]
    private static let search = ["google", "bing", "duckduckgo", "yahoo", "yandex", "baidu", "ecosia", "startpage"]
    private static let social = [
        "facebook", "instagram", "t.co", "twitter", "x.com", "linkedin", "line.me", "youtube", "reddit", "pinterest",
        "tiktok", "threads.net", "bsky.app",
    ]
}
