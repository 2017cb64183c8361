import AsyncHTTPClient
import Foundation
import NIOCore

/// How long a store of blobs is waited for, and how often it is asked again.
struct S3Patience: Sendable {
    /// Attempts of one request: the first, and repetitions after what may pass.
    var attemptsMax = 4
    /// The pause before the first repetition; it doubles with each.
    var pauseMilliseconds = 100.0
    /// One attempt, with the body.
    var timeoutMilliseconds: Int64 = 30_000
}

/// Signed requests to one bucket. What may pass (no connection, a time-out, 408, 429, 5xx) is tried again with growing
/// pauses; every request is one that may be repeated. What will not pass is told at once.
struct S3Client: Sendable {
    let location: S3Location
    let signer: SignatureV4
    let patience: S3Patience
    let http: HTTPClient

    /// How long a store may take to accept a connection.
    static let connectTimeout = TimeAmount.seconds(5)
    /// Bytes of an answer that is not a blob.
    static let answerBytesMax = 1 << 20

    struct Request: Sendable {
        var method: String
        var key: String
        var query: [(name: String, value: String)] = []
        var body = Data()
        /// SHA-256 of the body, hexadecimal. The store compares it with what it got.
        var payload = SignatureV4.emptyPayload
        /// Bytes of the answer at most.
        var answerBytesMax = S3Client.answerBytesMax
        /// An answer of 200 may hold an error (S3's API reference, CompleteMultipartUpload).
        var mayFailWithin = false
    }

    struct Answer: Sendable {
        var headers: [String: String]
        var body: Data
    }

    private enum Attempt {
        case done(Answer?)
        case passing(String)
        case refused(String)
    }

    init(location: S3Location, credentials: S3Credentials, patience: S3Patience) {
        self.location = location
        signer = SignatureV4(credentials: credentials, region: location.region)
        self.patience = patience
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: Self.connectTimeout)
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// The answer; `nil` for 404.
    func send(_ request: Request) async throws -> Answer? {
        var pause = patience.pauseMilliseconds
        var reason = ""
        for attempt in 1...patience.attemptsMax {
            switch await self.attempt(request) {
            case .done(let answer): return answer
            case .refused(let reason): throw BlobError.unavailable(reason: reason)
            case .passing(let cause): reason = cause
            }
            try Task.checkCancellation()
            if attempt < patience.attemptsMax {
                // Not everybody at the same moment.
                try await Task.sleep(for: .milliseconds(Double.random(in: 0.5...1) * pause))
                pause *= 2
            }
        }
        throw BlobError.unavailable(reason: "\(reason), \(patience.attemptsMax) times")
    }

    private func attempt(_ request: Request) async -> Attempt {
        do {
            let response = try await http.execute(
                signed(request, at: Date()), timeout: .milliseconds(patience.timeoutMilliseconds))
            let status = Int(response.status.code)
            let bytesMax = (200..<300).contains(status) ? request.answerBytesMax : Self.answerBytesMax
            let body = try await response.body.collect(upTo: bytesMax)
            let headers = Dictionary(
                response.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
            let answer = Answer(headers: headers, body: Data(body.readableBytesView))
            return judge(request, status, answer)
        } catch is NIOTooManyBytesError {
            return .refused("the store's answer to \(request.method) is too large")
        } catch {
            // The kind only: descriptions of errors may repeat URLs.
            return .passing("the store could not be asked: \(type(of: error))")
        }
    }

    private func judge(_ request: Request, _ status: Int, _ answer: Answer) -> Attempt {
        let code = Self.element("Code", in: answer.body) ?? ""
        let reason = "the store answered \(request.method) with \(status) \(code.prefix(64))"
        switch status {
        case 200..<300:
            let hasFailed = request.mayFailWithin && Self.element("Error", in: answer.body) != nil
            return hasFailed ? .passing(reason) : .done(answer)
        // A bucket that is missing is not a blob that is missing.
        case 404: return code == "NoSuchBucket" ? .refused(reason) : .done(nil)
        case 408, 429, 500...599: return .passing(reason)
        default: return code == "RequestTimeout" || code == "SlowDown" ? .passing(reason) : .refused(reason)
        }
    }

    private func signed(_ request: Request, at moment: Date) -> HTTPClientRequest {
        let path = location.root + request.key
        var headers = [
            ("host", location.host), ("x-amz-content-sha256", request.payload),
            ("x-amz-date", SignatureV4.stamp(moment)),
        ]
        if let token = signer.credentials.sessionToken { headers.append(("x-amz-security-token", token)) }
        let toSign = SignatureV4.Request(
            method: request.method, path: path, query: request.query, headers: headers, payload: request.payload)
        let query = request.query.isEmpty ? "" : "?" + SignatureV4.encode(request.query)
        let encoded = SignatureV4.encode(path, keepsSlashes: true)
        var outgoing = HTTPClientRequest(url: "\(location.scheme)://\(location.host)\(encoded)\(query)")
        outgoing.method = .init(rawValue: request.method)
        for (name, value) in headers { outgoing.headers.add(name: name, value: value) }
        outgoing.headers.add(name: "authorization", value: signer.authorization(toSign, at: moment))
        if !request.body.isEmpty || request.method == "PUT" { outgoing.body = .bytes(ByteBuffer(bytes: request.body)) }
        return outgoing
    }

    /// The text of the first element of a name in a small answer.
    static func element(_ name: String, in body: Data) -> String? {
        guard body.count <= answerBytesMax, let start = body.range(of: Data("<\(name)>".utf8))?.upperBound,
            let end = body.range(of: Data("</\(name)>".utf8), in: start..<body.endIndex)?.lowerBound
        else { return nil }
        return String(decoding: body[start..<end], as: UTF8.self)
            .replacing("&quot;", with: "\"").replacing("&lt;", with: "<").replacing("&gt;", with: ">")
            .replacing("&amp;", with: "&")
    }
}
