import Foundation
import NIOCore

/// The first file of a `multipart/form-data` body (RFC 7578), as clients upload media.
struct MultipartForm: Sendable {
    var name: String?
    var mediaType: String?
    var bytes: Data

    /// - Returns: `nil` when the body is not of that form or holds no part.
    init?(contentType: String, body: Data) {
        guard contentType.lowercased().hasPrefix("multipart/form-data"),
            let boundary = Self.parameter("boundary", of: contentType), !boundary.isEmpty
        else { return nil }
        let delimiter = Data("--\(boundary)".utf8)
        guard let start = body.range(of: delimiter)?.upperBound,
            let end = body.range(of: Data("\r\n".utf8) + delimiter, in: start..<body.endIndex)?.lowerBound,
            let headEnd = body.range(of: Data("\r\n\r\n".utf8), in: start..<end)
        else { return nil }
        let head = String(decoding: body[start..<headEnd.lowerBound], as: UTF8.self)
        for line in head.components(separatedBy: "\r\n") {
            let halves = line.split(separator: ":", maxSplits: 1)
            guard halves.count == 2 else { continue }
            let value = halves[1].trimmingCharacters(in: .whitespaces)
            switch halves[0].lowercased() {
            case "content-disposition": name = Self.parameter("filename", of: value)
            case "content-type": mediaType = value
            default: break
            }
        }
        bytes = Data(body[headEnd.upperBound..<end])
    }

    private static func parameter(_ name: String, of value: String) -> String? {
        for part in value.split(separator: ";").dropFirst() {
            let halves = part.split(separator: "=", maxSplits: 1)
            guard halves.count == 2, halves[0].trimmingCharacters(in: .whitespaces).lowercased() == name else {
                continue
            }
            return halves[1].trimmingCharacters(in: CharacterSet(charactersIn: " \""))
        }
        return nil
    }
}
