import Foundation

/// What the kernel knows of this process, by the names that Prometheus' own libraries use.
public enum ProcessVitals {
    /// Read now; what cannot be read is left out.
    public static func samples() -> [Sample] {
        var samples: [Sample] = []
        if let pages = fields(of: "/proc/self/statm"), pages.count > 1 {
            let pageBytes = sysconf(Int32(_SC_PAGESIZE))
            samples.append(Sample(.processVirtual, (Int(pages[0]) ?? 0) * pageBytes))
            samples.append(Sample(.processResident, (Int(pages[1]) ?? 0) * pageBytes))
        }
        if let stat = afterName(of: "/proc/self/stat"), stat.count > 19 {
            let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
            let used = (Double(stat[11]) ?? 0) + (Double(stat[12]) ?? 0)
            samples.append(Sample(.processCPU, used / ticks))
            if let bootAt { samples.append(Sample(.processStart, bootAt + (Double(stat[19]) ?? 0) / ticks)) }
        }
        if let open = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            // The folder itself is open while it is read.
            samples.append(Sample(.processOpenFiles, open.count - 1))
        }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            samples.append(Sample(.processFilesMax, limit.rlim_cur))
        }
        return samples
    }

    /// The fields of `stat` after the program's name, which may hold anything.
    private static func afterName(of path: String) -> [Substring]? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8), let end = text.lastIndex(of: ")") else {
            return nil
        }
        return text[text.index(after: end)...].split(separator: " ")
    }

    private static func fields(of path: String) -> [Substring]? {
        (try? String(contentsOfFile: path, encoding: .utf8))?.split(whereSeparator: \.isWhitespace)
    }

    /// When the machine started, in seconds since the epoch.
    private static var bootAt: Double? {
        guard let text = try? String(contentsOfFile: "/proc/stat", encoding: .utf8) else { return nil }
        let line = text.split(separator: "\n").first { $0.hasPrefix("btime ") }
        return line?.split(separator: " ").last.flatMap { Double($0) }
    }
}
