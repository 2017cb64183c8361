import NIOCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How many connections may be open at a time. One more is closed as soon as it is taken.
///
/// The bound lies below the process's open files: when these run out, taking a connection fails, and the listener ends
/// with the failure. So a crowd of connections must never get there.
final class Connections: Sendable {
    /// Open files that are left for databases, logs and outgoing requests.
    private static let filesReserved = 256

    private let connectionsMax: Int
    private let open = Atomic<Int>(0)

    init(max: Int) {
        let files = Self.raiseOpenFiles()
        connectionsMax = min(max, Swift.max(files - Self.filesReserved, files / 2))
    }

    /// Counts a connection until it ends; `false` when there are too many.
    func take(_ channel: any Channel) -> Bool {
        guard open.add(1, ordering: .relaxed).newValue <= connectionsMax else {
            open.subtract(1, ordering: .relaxed)
            return false
        }
        channel.closeFuture.whenComplete { _ in self.open.subtract(1, ordering: .relaxed) }
        return true
    }

    /// Raises the soft limit of open files to the hard one, as a server may, and returns it.
    private static func raiseOpenFiles() -> Int {
        #if canImport(Glibc)
            let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let resource = RLIMIT_NOFILE
        #endif
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return 1_024 }
        var raised = limit
        raised.rlim_cur = limit.rlim_max
        if setrlimit(resource, &raised) == 0 { limit = raised }
        return Int(clamping: limit.rlim_cur)
    }
}

/// Closes a connection as soon as it stands.
final class ExcessConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    func channelActive(context: ChannelHandlerContext) { context.close(promise: nil) }
}
