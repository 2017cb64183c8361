import Crypto
import Foundation

/// What opens a store: an access key and its secret, and the token of a session where they are lent for a time.
/// Shows nothing of the secret when it is printed.
public struct S3Credentials: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    let accessKey: String
    let secretKey: String
    let sessionToken: String?

    public init(accessKey: String, secretKey: String, sessionToken: String? = nil) {
        self.accessKey = accessKey
        self.secretKey = secretKey
        self.sessionToken = sessionToken
    }

    public var description: String { "S3Credentials" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// AWS Signature Version 4 for S3: canonical request, string to sign, signature (S3's API reference, "Authenticating
/// Requests: AWS Signature Version 4"). No I/O and no clock.
struct SignatureV4: Sendable {
    let credentials: S3Credentials
    let region: String

    /// A request as it is signed: path and query unencoded, and the headers that the signature covers.
    struct Request: Sendable {
        var method: String
        var path: String
        var query: [(name: String, value: String)] = []
        var headers: [(name: String, value: String)]
        /// SHA-256 of the body, hexadecimal.
        var payload: String
    }

    static let algorithm = "AWS4-HMAC-SHA256"
    static let unsignedPayload = "UNSIGNED-PAYLOAD"
    /// SHA-256 of nothing.
    static let emptyPayload = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    /// The value of `Authorization`. The headers must hold `x-amz-date` for the same moment.
    func authorization(_ request: Request, at moment: Date) -> String {
        let signature = signature(stringToSign(canonicalRequest(request), at: moment), at: moment)
        return "\(Self.algorithm) Credential=\(credentials.accessKey)/\(scope(at: moment)), "
            + "SignedHeaders=\(Self.signedHeaders(request)), Signature=\(signature)"
    }

    /// The query of a URL that carries its own permission for some seconds; `host` is the one header that it covers.
    func presignedQuery(_ request: Request, at moment: Date, expiresInSeconds seconds: Int) -> String {
        var signed = request
        signed.payload = Self.unsignedPayload
        signed.query += [
            ("X-Amz-Algorithm", Self.algorithm),
            ("X-Amz-Credential", "\(credentials.accessKey)/\(scope(at: moment))"),
            ("X-Amz-Date", Self.stamp(moment)), ("X-Amz-Expires", String(seconds)),
            ("X-Amz-SignedHeaders", Self.signedHeaders(request)),
        ]
        if let token = credentials.sessionToken { signed.query.append(("X-Amz-Security-Token", token)) }
        let signature = signature(stringToSign(canonicalRequest(signed), at: moment), at: moment)
        return Self.encode(signed.query) + "&X-Amz-Signature=\(signature)"
    }

    func canonicalRequest(_ request: Request) -> String {
        let headers = Self.sorted(request.headers).map { "\($0.name):\($0.value)\n" }.joined()
        return [
            request.method, Self.encode(request.path, keepsSlashes: true), Self.encode(request.query), headers,
            Self.signedHeaders(request), request.payload,
        ].joined(separator: "\n")
    }

    func stringToSign(_ canonicalRequest: String, at moment: Date) -> String {
        let digest = SHA256.hash(data: Data(canonicalRequest.utf8)).hexadecimal
        return [Self.algorithm, Self.stamp(moment), scope(at: moment), digest].joined(separator: "\n")
    }

    func signature(_ stringToSign: String, at moment: Date) -> String {
        var key = SymmetricKey(data: Data("AWS4\(credentials.secretKey)".utf8))
        for part in [Self.day(moment), region, "s3", "aws4_request"] {
            key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Data(part.utf8), using: key))
        }
        let code = HMAC<SHA256>.authenticationCode(for: Data(stringToSign.utf8), using: key)
        return Self.hexadecimal(code)
    }

    private func scope(at moment: Date) -> String { "\(Self.day(moment))/\(region)/s3/aws4_request" }

    private static func hexadecimal(_ code: HMAC<SHA256>.MAC) -> String {
        code.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    private static func signedHeaders(_ request: Request) -> String {
        sorted(request.headers).map(\.name).joined(separator: ";")
    }

    private static func sorted(_ headers: [(name: String, value: String)]) -> [(name: String, value: String)] {
        headers.map { ($0.name.lowercased(), $0.value.trimmingCharacters(in: .whitespaces)) }
            .sorted { $0.0 < $1.0 }
    }

    /// A query in the order of its encoded names.
    static func encode(_ query: [(name: String, value: String)]) -> String {
        query.map { (encode($0.name), encode($0.value)) }.sorted { $0 < $1 }.map { "\($0)=\($1)" }
            .joined(separator: "&")
    }

    /// Percent-encoding as the signature wants it: all but RFC 3986's unreserved characters, in upper-case digits.
    static func encode(_ text: String, keepsSlashes: Bool = false) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.append(byte)
            case UInt8(ascii: "/") where keepsSlashes:
                encoded.append(byte)
            default:
                encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// `20130524T000000Z`.
    static func stamp(_ moment: Date) -> String {
        moment.formatted(.iso8601.dateSeparator(.omitted).timeSeparator(.omitted))
    }

    private static func day(_ moment: Date) -> String { String(stamp(moment).prefix(8)) }
}
