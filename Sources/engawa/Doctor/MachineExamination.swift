import Foundation
import Journal

/// The machine under the server: disk, files, memory, clock.
struct MachineExamination {
    /// Free space below which an operator should act, and below which commits will soon fail.
    static let freeBytesWarning: Int64 = 5 << 30
    static let freeBytesError: Int64 = 500 << 20
    /// Sync times: a disk that takes longer makes every customer wait.
    static let syncMillisecondsWarning = 10.0
    static let syncMillisecondsError = 100.0
    static let syncsCount = 50
    /// Open files that a busy node needs, and that it cannot start without.
    static let filesWarning = 16_384
    static let filesError = 1_024
    static let memoryBytesWarning: Int64 = 512 << 20

    /// The folder where the data lies.
    let folder: URL

    func findings() -> [Finding] { [space(), sync(), files(), memory(), clock()] }

    private func space() -> Finding {
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder.path)
        guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.int64Value else {
            return Finding(
                name: "disk space", level: .error, value: "\(folder.path) cannot be read", advice: "check it")
        }
        return Self.space(free)
    }

    static func space(_ free: Int64) -> Finding {
        .measured(
            "disk space", "\(free >> 20) MiB free",
            level: free < freeBytesError ? .error : free < freeBytesWarning ? .warning : .ok,
            advice: "make room: a full disk refuses every message")
    }

    /// Writes a page and syncs it, some times; the median is what a commit costs at least.
    private func sync() -> Finding {
        let path = folder.appending(path: ".engawa-doctor-\(getpid())").path
        let file = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            return Finding(
                name: "disk sync", level: .error, value: "cannot write to \(folder.path)",
                advice: "give the folder to the service's user")
        }
        defer {
            close(file)
            unlink(path)
        }
        let page = [UInt8](repeating: 0x5A, count: 4_096)
        var times: [Double] = []
        for number in 0..<Self.syncsCount {
            let beganAt = ContinuousClock.now
            guard pwrite(file, page, page.count, off_t(number * page.count)) == page.count, fdatasync(file) == 0 else {
                return Finding(
                    name: "disk sync", level: .error, value: "the disk refused", advice: "look at the kernel's log")
            }
            let time = (ContinuousClock.now - beganAt).components
            times.append(Double(time.attoseconds) / 1e15 + Double(time.seconds) * 1_000)
        }
        return Self.sync(times.sorted()[Self.syncsCount / 2])
    }

    static func sync(_ milliseconds: Double) -> Finding {
        .measured(
            "disk sync", String(format: "%.2f ms (median of %d)", milliseconds, syncsCount),
            level: milliseconds >= syncMillisecondsError
                ? .error : milliseconds >= syncMillisecondsWarning ? .warning : .ok,
            advice: "each message waits for a sync: use a disk with a faster one")
    }

    private func files() -> Finding {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Self.files(Int(clamping: limit.rlim_max))
    }

    static func files(_ limit: Int) -> Finding {
        .measured(
            "open files", "\(limit) at most",
            level: limit < filesError ? .error : limit < filesWarning ? .warning : .ok,
            advice: "each customer's socket is one: raise the hard limit (LimitNOFILE=65536)")
    }

    private func memory() -> Finding {
        let text = (try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
        let kibibytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int64($0) } ?? 0
        return Self.memory(kibibytes << 10)
    }

    static func memory(_ available: Int64) -> Finding {
        .measured(
            "memory", "\(available >> 20) MiB available", level: available < memoryBytesWarning ? .warning : .ok,
            advice: "a node wants 512 MiB and 10 KiB for each socket")
    }

    /// A clock far from the truth makes tokens expire early and transcripts tell wrong times.
    private func clock() -> Finding {
        let isSet = Date().timeIntervalSince1970 > 1_735_689_600
        return .measured(
            "clock", Date().formatted(.iso8601), level: isSet ? .ok : .error, advice: "set the clock (chrony, ntpd)")
    }
}
