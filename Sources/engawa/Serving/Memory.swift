#if canImport(Glibc)
    import Glibc
#endif

/// How the process keeps memory that was freed.
enum Memory {
    /// What a thread's arena keeps before it is given back to the system.
    static let keptBytes: Int32 = 64 << 20
    /// Larger pieces have a mapping of their own.
    static let mappedBytesMin: Int32 = 1 << 20

    /// glibc gives back 128 KiB and more at once, which interrupts every core, and takes it again for the next message.
    /// Its setting is in a header that Swift does not import; where there is none, nothing changes.
    static func keepFreed() {
        #if canImport(Glibc)
            guard let symbol = dlsym(nil, "mallopt") else { return }
            let set = unsafeBitCast(symbol, to: (@convention(c) (Int32, Int32) -> Int32).self)
            let trimThreshold: Int32 = -1
            let mapThreshold: Int32 = -3
            _ = set(trimThreshold, keptBytes)
            _ = set(mapThreshold, mappedBytesMin)
        #endif
    }
}
