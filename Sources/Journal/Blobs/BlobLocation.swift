import Foundation

/// Where blobs are kept; the one place that chooses a store.
public enum BlobLocation: Hashable, Sendable {
    /// A folder of this machine.
    case disk(path: String)
    /// A bucket of a store that speaks S3.
    case s3(S3Location)

    /// Reads `s3://bucket/prefix?endpoint=…&region=…`, or a path.
    public init(_ text: String) throws(BlobError) {
        guard text.lowercased().hasPrefix("s3:") else {
            guard !text.isEmpty else { throw .unavailable(reason: "no place for blobs is named") }
            self = .disk(path: text)
            return
        }
        self = .s3(try S3Location(text))
    }

    /// Opens the store; one of S3 needs credentials.
    public func open(credentials: S3Credentials?) throws(BlobError) -> any BlobStore {
        switch self {
        case .disk(let path): return try DiskBlobStore(path: path)
        case .s3(let location):
            guard let credentials else { throw .unavailable(reason: "the store of blobs needs an access key") }
            return S3BlobStore(location: location, credentials: credentials)
        }
    }
}

/// A bucket, and how it is reached.
public struct S3Location: Hashable, Sendable {
    /// How a request names the bucket.
    public enum Addressing: String, Sendable {
        /// `endpoint/bucket/key`: stores of one's own.
        case path
        /// `bucket.endpoint/key`: Amazon's.
        case host
    }

    public let bucket: String
    /// In front of every key, with a slash at its end; or empty.
    public let prefix: String
    public let region: String
    /// Who downloads a file is sent on to the store itself. Only where browsers can reach the endpoint.
    public let isRedirecting: Bool
    let scheme: String
    /// Host and port as the header `Host` has them.
    let host: String
    /// What stands in front of the key in a path.
    let root: String

    /// Reads `s3://bucket/prefix?endpoint=…&region=…&addressing=path&redirect=true`. Without an endpoint it is
    /// Amazon's of the region. Credentials have no place here: URLs are written to logs.
    public init(_ text: String) throws(BlobError) {
        guard let parts = URLComponents(string: text), parts.scheme?.lowercased() == "s3", parts.user == nil,
            parts.password == nil, parts.port == nil, parts.fragment == nil
        else { throw .unavailable(reason: "a place for blobs is s3://bucket/prefix?endpoint=…&region=…") }
        let bucket = parts.host ?? ""
        guard (3...63).contains(bucket.utf8.count), bucket.utf8.allSatisfy(Self.isOfBucket) else {
            throw .unavailable(reason: "\(bucket) is no name of a bucket")
        }
        let folders = parts.path.split(separator: "/")
        guard folders.allSatisfy({ SignatureV4.encode(String($0)) == $0 && $0 != "." && $0 != ".." }) else {
            throw .unavailable(reason: "the prefix of blobs may have letters, digits, - . _ ~ and slashes")
        }
        self.bucket = bucket
        prefix = folders.map { $0 + "/" }.joined()
        let options = try Self.options(parts.queryItems ?? [])
        region = options["region"] ?? "us-east-1"
        isRedirecting = try Self.choice(options, "redirect", ["true": true, "false": false]) ?? false
        guard let endpoint = URLComponents(string: options["endpoint"] ?? "https://s3.\(region).amazonaws.com"),
            let scheme = endpoint.scheme?.lowercased(), ["http", "https"].contains(scheme),
            let name = endpoint.percentEncodedHost, !name.isEmpty, endpoint.path.isEmpty || endpoint.path == "/",
            endpoint.user == nil, endpoint.query == nil
        else { throw .unavailable(reason: "the endpoint of blobs is a URL of a host: https://host:port") }
        self.scheme = scheme
        let isUsual = endpoint.port == nil || endpoint.port == (scheme == "https" ? 443 : 80)
        let authority = isUsual ? name : "\(name):\(endpoint.port ?? 0)"
        let usual = options["endpoint"] == nil ? Addressing.host : .path
        switch try Self.choice(options, "addressing", ["path": .path, "host": .host]) ?? usual {
        case .path:
            host = authority
            root = "/\(bucket)/"
        case .host:
            host = "\(bucket).\(authority)"
            root = "/"
        }
    }

    private static func options(_ items: [URLQueryItem]) throws(BlobError) -> [String: String] {
        var options: [String: String] = [:]
        for item in items {
            guard ["endpoint", "region", "addressing", "redirect"].contains(item.name), options[item.name] == nil,
                let value = item.value, !value.isEmpty
            else { throw .unavailable(reason: "\(item.name) is no option of a place for blobs, or is twice there") }
            options[item.name] = value
        }
        return options
    }

    private static func choice<Value>(
        _ options: [String: String], _ name: String, _ choices: [String: Value]
    ) throws(BlobError) -> Value? {
        guard let text = options[name] else { return nil }
        guard let value = choices[text] else {
            throw .unavailable(reason: "\(name) of blobs is one of \(choices.keys.sorted().joined(separator: ", "))")
        }
        return value
    }

    private static func isOfBucket(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }
}
