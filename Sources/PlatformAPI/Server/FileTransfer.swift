import CZlib
import Foundation

/// What becomes of a file on its way to a browser: our comments stay at home, and the rest is compressed. The browser
/// side has no build step, and visitors of a shop should not pay for how well it is explained.
enum FileTransfer {
    /// A script or style sheet without its comments, indentation and empty lines. Only comments that have whole lines
    /// are found, and types in code (`/** @type … */`), which is how ours are written, so that nothing needs to know
    /// what a string is. White space after a line break means nothing in our templates either.
    static func lean(_ source: String) -> String {
        var isComment = false
        let lines = source.split(separator: "\n").compactMap { line -> Substring? in
            var text = line.drop { $0 == " " }
            if isComment {
                isComment = !text.contains("*/")
                return nil
            }
            if text.hasPrefix("//") { return nil }
            if text.hasPrefix("/*") {
                guard let end = text.range(of: "*/") else {
                    isComment = true
                    return nil
                }
                text = text[end.upperBound...].drop { $0 == " " }
            }
            return text.isEmpty ? nil : withoutTypes(text)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func withoutTypes(_ code: Substring) -> Substring {
        var code = code
        while let start = code.range(of: "/** @"),
            let end = code[start.upperBound...].range(of: "*/")
        {
            code = code[..<start.lowerBound] + code[end.upperBound...].drop { $0 == " " }
        }
        return code
    }

    /// Below, gzip's own frame eats what it saves.
    private static let smallestBytes = 160

    /// Whether a client takes gzip, by its `Accept-Encoding`.
    static func isAccepted(_ encodings: String?) -> Bool {
        (encodings ?? "").split(separator: ",").contains { encoding in
            let parts = encoding.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
            return parts.first == "gzip" && !parts.dropFirst().contains { $0 == "q=0" || $0 == "q=0.0" }
        }
    }

    /// gzip, the one coding that every browser takes; `nil` when it saves nothing.
    static func compressed(_ data: Data) -> Data? {
        guard data.count > smallestBytes else { return nil }
        var stream = z_stream()
        // 15 bits of window; 16 more ask for gzip's header.
        let isReady = deflateInit2_(
            &stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard isReady == Z_OK else { return nil }
        defer { deflateEnd(&stream) }
        var input = [UInt8](data)
        var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(input.count))))
        let isWhole = input.withUnsafeMutableBufferPointer { from in
            output.withUnsafeMutableBufferPointer { to in
                stream.next_in = from.baseAddress
                stream.avail_in = UInt32(from.count)
                stream.next_out = to.baseAddress
                stream.avail_out = UInt32(to.count)
                return deflate(&stream, Z_FINISH) == Z_STREAM_END
            }
        }
        let count = Int(stream.total_out)
        return isWhole && count < data.count ? Data(output.prefix(count)) : nil
    }

    /// Types that get smaller; pictures and sounds are compressed already.
    static func gains(_ contentType: String) -> Bool {
        contentType.hasPrefix("text/") || contentType.hasPrefix("application/json") || contentType == "image/svg+xml"
    }
}
