import Foundation

/// What the machine and a process on it spend and hold, from the kernel's own tables.
enum Machine {
    /// How often the disk of a folder makes a page durable in a second, one after the other: what bounds groups of
    /// commits, and what moves between runs on shared machines.
    static func syncsPerSecond(in folder: String, seconds: Double = 0.5) throws -> Double {
        let path = folder + "/sync.\(getpid())"
        let file = open(path, O_CREAT | O_RDWR, 0o600)
        guard file >= 0 else { throw LoadError("cannot write in \(folder)") }
        defer {
            close(file)
            unlink(path)
        }
        let page = [UInt8](repeating: 0x78, count: 4_096)
        let start = ContinuousClock.now
        var count = 0
        while (ContinuousClock.now - start).seconds < seconds {
            guard pwrite(file, page, page.count, off_t(count % 64 * page.count)) == page.count, fdatasync(file) == 0
            else { throw LoadError("cannot sync in \(folder)") }
            count += 1
        }
        return Double(count) / (ContinuousClock.now - start).seconds
    }

    /// Seconds of processor time that these processes have used.
    static func cpuSeconds(of processes: [Int32]) -> Double {
        processes.reduce(0) { sum, process in
            guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
                let end = text.lastIndex(of: ")")
            else { return sum }
            // Behind the name in brackets: the state is field 3, user and system time are fields 14 and 15.
            let fields = text[text.index(after: end)...].split(separator: " ")
            guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return sum }
            return sum + (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
        }
    }

    /// Kilobytes of memory that these processes hold.
    static func residentKilobytes(of processes: [Int32]) -> Int {
        processes.reduce(0) { sum, process in
            let text = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
            let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
            return sum + (line?.split(separator: " ").dropFirst().compactMap { Int($0) }.first ?? 0)
        }
    }

    /// The processes with a name, and with a word in their command line if given.
    static func processes(named name: String, serving word: String = "") -> [Int32] {
        let ids = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { Int32($0) } ?? []
        return ids.filter { id in
            let text = try? String(contentsOfFile: "/proc/\(id)/comm", encoding: .utf8)
            guard text?.trimmingCharacters(in: .whitespacesAndNewlines) == name else { return false }
            let line = FileManager.default.contents(atPath: "/proc/\(id)/cmdline") ?? Data()
            return word.isEmpty || String(decoding: line, as: UTF8.self).contains(word)
        }
    }

    /// Raises the limit of open files to what is allowed; a socket at each end is two files on one machine.
    static func raiseOpenFiles() {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(resource, &limit)
    }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
