import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A page's bytes as text, by the encoding that its server or the page names (HTML, "encoding sniffing algorithm", the
/// part that pages of today need); UTF-8 when that is none that we know.
enum PageText {
    static func decoded(_ bytes: Data, contentType: String) -> String {
        let head = String(decoding: bytes.prefix(1_024), as: UTF8.self)
        let named =
            contentType.firstMatch(of: /charset\s*=\s*"?([\w-]+)/)?.1
            ?? head.firstMatch(of: /(?i)charset\s*=\s*["']?([\w-]+)/)?.1
        if let encoding = encodings[named?.lowercased() ?? ""], let text = converted(bytes, from: encoding) {
            return text
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Names of pages by names of the system's converter, which knows more than Foundation.
    private static let encodings = [
        "shift_jis": "CP932", "shift-jis": "CP932", "sjis": "CP932", "x-sjis": "CP932", "windows-31j": "CP932",
        "euc-jp": "EUC-JP", "iso-2022-jp": "ISO-2022-JP", "iso-8859-1": "CP1252", "windows-1252": "CP1252",
        "euc-kr": "CP949", "gbk": "GB18030", "gb2312": "GB18030", "gb18030": "GB18030", "big5": "BIG5",
    ]

    /// What cannot be read is left out: the end of a page that was cut, above all.
    private static func converted(_ bytes: Data, from encoding: String) -> String? {
        guard let converter = iconv_open("UTF-8//IGNORE", encoding), Int(bitPattern: converter) != -1 else {
            return nil
        }
        defer { iconv_close(converter) }
        var input = bytes.map { CChar(bitPattern: $0) }
        // No character of these has more bytes in UTF-8 than three times its own.
        var output = [CChar](repeating: 0, count: bytes.count * 3 + 16)
        let written = input.withUnsafeMutableBufferPointer { from in
            output.withUnsafeMutableBufferPointer { to in
                var (start, left) = (from.baseAddress, from.count)
                var (end, room) = (to.baseAddress, to.count)
                _ = iconv(converter, &start, &left, &end, &room)
                return to.count - room
            }
        }
        return String(decoding: output[..<written].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
