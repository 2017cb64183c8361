import ContactCenter
import Foundation
import Hummingbird
import NIOCore

/// What is known about a request beside the request itself.
public struct APIContext: RequestContext {
    /// Hummingbird's part: logger, path parameters.
    public var coreContext: CoreRequestContextStorage
    /// The id under which the answer, its error body and our log speak of this request; a lower-case UUID.
    public var correlationId: String
    /// Where the connection comes from; a reverse proxy's address when there is one.
    public let remoteAddress: SocketAddress?
    let channel: any Channel

    /// Makes the context of a request that has just arrived.
    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        correlationId = CorrelationID.make()
        remoteAddress = source.channel.remoteAddress
        channel = source.channel
    }
}

/// The id of a request, which the header field `ININ-Correlation-Id` carries (reference, section A.6).
enum CorrelationID {
    /// A random UUID (version 4). Foundation's opens a file for each on Linux.
    static func make() -> String {
        var chance = SystemRandomNumberGenerator()
        let high = chance.next() & ~0xF000 | 0x4000
        let low = chance.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        return Identifier<CorrelationID>(high: high, low: low).description
    }

    /// The client's id when it is a UUID. Anything else is not taken over: it would go into logs and answers unchecked.
    static func accepted(_ text: String?) -> String? {
        text.flatMap { UUID(uuidString: $0) }?.uuidString.lowercased()
    }
}
