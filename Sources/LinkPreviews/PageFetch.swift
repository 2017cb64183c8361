import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Asks a foreign server for a page or a picture, as little as possible and never anything of ours.
///
/// The name is resolved here and its addresses are judged; the connection goes to the very address that was judged, so
/// that a second answer of the name server changes nothing. A redirect is a new address and judged like the first.
struct PageFetch: Sendable {
    /// Why nothing was fetched.
    enum Refusal: Error, Equatable {
        case notAllowed, unresolved, privateAddress, tooManyRedirects, failed, wrongType, tooLarge
    }

    /// What came.
    struct Page: Sendable {
        var address: LinkAddress
        var contentType: String
        var bytes: Data
    }

    /// What is asked for, and how much of it.
    struct Request: Sendable {
        var accept: String
        /// Whether the beginning of what is too large will do.
        var takesBeginning: Bool
        var isAcceptable: @Sendable (_ contentType: String) -> Bool
    }

    static let redirectsMax = 3
    static let bytesMax = 512 << 10

    let resolver: HostResolver
    /// Loopback may be asked: for tests and demonstrations, where everything is on one machine.
    let allowsLoopback: Bool
    /// From the first look-up to the last byte.
    var timeMax = TimeAmount.seconds(3)

    func fetch(
        _ start: LinkAddress, in list: LinkAllowList, _ request: Request
    ) async throws(Refusal) -> Page {
        let deadline = NIODeadline.now() + timeMax
        var address = start
        for _ in 0...Self.redirectsMax {
            guard list.contains(address) else { throw .notAllowed }
            switch try await ask(address, request, deadline) {
            case .page(let page): return page
            case .elsewhere(let next): address = next
            }
        }
        throw .tooManyRedirects
    }

    private enum Answer: Sendable {
        case page(Page)
        case elsewhere(LinkAddress)
    }

    private func ask(
        _ address: LinkAddress, _ request: Request, _ deadline: NIODeadline
    ) async throws(Refusal) -> Answer {
        let place = try await resolver.publicAddress(of: address.host, allowsLoopback: allowsLoopback)
        guard let ip = place.ipAddress else { throw .unresolved }
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        configuration.dnsOverride = [address.host: ip]
        configuration.timeout = .init(connect: timeMax, read: timeMax)
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let result: Result<Answer, Refusal>
        do throws(Refusal) { result = .success(try await exchange(client, address, request, deadline)) } catch {
            result = .failure(error)
        }
        // The answer counts, not how its connection ends.
        try? await client.shutdown()
        return try result.get()
    }

    private func exchange(
        _ client: HTTPClient, _ address: LinkAddress, _ request: Request, _ deadline: NIODeadline
    ) async throws(Refusal) -> Answer {
        var asked = HTTPClientRequest(url: address.url)
        asked.headers = [
            "User-Agent": "EngawaLinkPreview/1", "Accept": request.accept, "Accept-Encoding": "identity",
            "Connection": "close",
        ]
        do {
            let response = try await client.execute(asked, deadline: deadline)
            if (300..<400).contains(response.status.code) {
                guard let next = response.headers.first(name: "Location").flatMap(address.resolving) else {
                    throw Refusal.failed
                }
                return .elsewhere(next)
            }
            let type = response.headers.first(name: "Content-Type")?.lowercased() ?? ""
            guard response.status == .ok else { throw Refusal.failed }
            guard request.isAcceptable(type), Self.isPlain(response.headers) else { throw Refusal.wrongType }
            let bytes = try await Self.read(response, request)
            return .page(Page(address: address, contentType: type, bytes: bytes))
        } catch let refusal as Refusal { throw refusal } catch { throw .failed }
    }

    /// We asked for no coding; what comes coded anyway could be a bomb.
    private static func isPlain(_ headers: HTTPHeaders) -> Bool {
        headers["Content-Encoding"].allSatisfy { $0.lowercased() == "identity" }
    }

    private static func read(_ response: HTTPClientResponse, _ request: Request) async throws -> Data {
        var bytes = Data()
        for try await piece in response.body {
            bytes.append(contentsOf: piece.readableBytesView.prefix(bytesMax - bytes.count + 1))
            guard bytes.count > bytesMax else { continue }
            guard request.takesBeginning else { throw Refusal.tooLarge }
            return bytes.prefix(bytesMax)
        }
        return bytes
    }
}
