import NIOCore

/// The parts of which a picture is made, followed from its beginning to its end without looking at a pixel. What only
/// begins like a picture has no such end, and what a trickster hides behind it is not part of it.
enum PictureStructure {
    /// Where a picture of a type ends.
    /// - Returns: the place behind its last byte; `nil` when it is none. Of types that are not followed, it
    ///   is the file's end.
    static func end(of file: ByteBuffer, as type: String) -> Int? {
        switch type {
        case "image/gif": gifEnd(file)
        case "image/png": pngEnd(file)
        case "image/jpeg", "image/jpg": jpegEnd(file)
        case "image/webp": webpEnd(file)
        case "image/bmp": opensComment(file, at: 2) ? nil : file.readableBytes
        default: file.readableBytes
        }
    }

    // MARK: GIF

    private static func gifEnd(_ file: ByteBuffer) -> Int? {
        // Width and height, flags, background and aspect ratio, then a table of colours.
        guard file.readableBytes >= 13, !isWritten(file, at: 6), let flags: UInt8 = file.big(at: 10) else { return nil }
        var at = 13 + tableBytes(flags)
        var hasImage = false
        while let kind: UInt8 = file.big(at: at) {
            switch kind {
            case 0x3B: return hasImage ? at + 1 : nil
            case 0x21:
                guard let end = gifBlocksEnd(file, at: at + 2) else { return nil }
                at = end
            case 0x2C:
                guard let flags: UInt8 = file.big(at: at + 9) else { return nil }
                let pixels = at + 10 + tableBytes(flags)
                guard let codeBits: UInt8 = file.big(at: pixels), 1...11 ~= codeBits,
                    let end = gifBlocksEnd(file, at: pixels + 1)
                else { return nil }
                (at, hasImage) = (end, true)
            default: return nil
            }
        }
        // Some programs leave out the last byte, which says that nothing follows.
        return hasImage && at == file.readableBytes ? at : nil
    }

    /// Bytes of the table of colours that flags announce.
    private static func tableBytes(_ flags: UInt8) -> Int { flags & 0x80 == 0 ? 0 : 3 << (Int(flags & 7) + 1) }

    /// Blocks with their lengths before them, until one of none.
    private static func gifBlocksEnd(_ file: ByteBuffer, at start: Int) -> Int? {
        var at = start
        while let length: UInt8 = file.big(at: at) {
            at += 1 + Int(length)
            if length == 0 { return at }
        }
        return nil
    }

    /// Whether width and height are letters: no picture is so large, but a script begins with them.
    private static func isWritten(_ file: ByteBuffer, at start: Int) -> Bool {
        let bytes = (0..<4).compactMap { file.big(at: start + $0, as: UInt8.self) }
        return bytes.count == 4 && (bytes.allSatisfy(\.isText) || bytes[0].isText && 0x20...0x7E ~= bytes[1])
    }

    // MARK: PNG

    private static func pngEnd(_ file: ByteBuffer) -> Int? {
        guard file.big(at: 8, as: UInt32.self) == 13, isPNGHeader(file, at: 16) else { return nil }
        var at = 8
        var hasPixels = false
        while let length: UInt32 = file.big(at: at), let kind: UInt32 = file.big(at: at + 4) {
            let body = at + 8
            at = body + Int(length) + 4
            guard at <= file.readableBytes, isPNGKind(kind) else { return nil }
            switch kind {
            case 0x4948_4452 where body != 16: return nil
            case 0x4944_4154: hasPixels = true
            case 0x4945_4E44: return hasPixels && length == 0 ? at : nil
            default: break
            }
        }
        return nil
    }

    /// Size, bits, colours, and three bytes that are 0, or 1 in the last.
    private static func isPNGHeader(_ file: ByteBuffer, at start: Int) -> Bool {
        guard file.big(at: start - 4, as: UInt32.self) == 0x4948_4452, let width: Int32 = file.big(at: start),
            let height: Int32 = file.big(at: start + 4), let bits: UInt8 = file.big(at: start + 8),
            let colours: UInt8 = file.big(at: start + 9), let methods: UInt16 = file.big(at: start + 10),
            let interlace: UInt8 = file.big(at: start + 12)
        else { return false }
        return width > 0 && height > 0 && [1, 2, 4, 8, 16].contains(bits) && [0, 2, 3, 4, 6].contains(colours)
            && methods == 0 && interlace <= 1
    }

    private static func isPNGKind(_ kind: UInt32) -> Bool {
        (0..<4).allSatisfy { 0x41...0x5A ~= UInt8(truncatingIfNeeded: kind >> ($0 * 8)) & ~0x20 }
    }

    // MARK: JPEG

    private static func jpegEnd(_ file: ByteBuffer) -> Int? {
        guard file.big(at: 0, as: UInt16.self) == 0xFFD8, !opensComment(file, at: 4) else { return nil }
        var at = 2
        var (hasFrame, hasScan) = (false, false)
        while let mark: UInt8 = file.big(at: at), mark == 0xFF, let marker: UInt8 = file.big(at: at + 1) {
            switch marker {
            case 0xFF: at += 1
            case 0x01, 0xD0...0xD7: at += 2
            case 0xD9: return hasScan ? at + 2 : nil
            case 0x00, 0xD8: return nil
            default:
                guard let length: UInt16 = file.big(at: at + 2), length >= 2, isSegment(marker, file, at + 4, length)
                else { return nil }
                at += 2 + Int(length)
                if isFrame(marker) { hasFrame = true }
                guard marker == 0xDA else { continue }
                guard hasFrame, let end = scanEnd(file, at: at) else { return nil }
                (at, hasScan) = (end, true)
            }
        }
        return nil
    }

    private static func isFrame(_ marker: UInt8) -> Bool {
        0xC0...0xCF ~= marker && ![0xC4, 0xC8, 0xCC].contains(marker)
    }

    /// Whether a segment is as long as what it must hold.
    private static func isSegment(_ marker: UInt8, _ file: ByteBuffer, _ body: Int, _ length: UInt16) -> Bool {
        guard body + Int(length) - 2 <= file.readableBytes else { return false }
        if isFrame(marker) {
            guard let width: UInt16 = file.big(at: body + 3), let parts: UInt8 = file.big(at: body + 5) else {
                return false
            }
            return width > 0 && 1...4 ~= parts && Int(length) == 8 + 3 * Int(parts)
        }
        guard marker == 0xDA else { return true }
        guard let parts: UInt8 = file.big(at: body) else { return false }
        return 1...4 ~= parts && Int(length) == 6 + 2 * Int(parts)
    }

    /// Where the packed pixels end: at a mark that neither stands for itself nor begins them anew.
    private static func scanEnd(_ file: ByteBuffer, at start: Int) -> Int? {
        var at = start
        while let mark = file.place(of: 0xFF, from: at), let next: UInt8 = file.big(at: mark + 1) {
            switch next {
            case 0x00, 0xD0...0xD7: at = mark + 2
            case 0xFF: at = mark + 1
            default: return mark
            }
        }
        return nil
    }

    // MARK: WebP

    private static func webpEnd(_ file: ByteBuffer) -> Int? {
        guard file.big(at: 0, as: UInt32.self) == 0x5249_4646, !opensComment(file, at: 4),
            let size: UInt32 = file.little(at: 4), Int(size) + 8 <= file.readableBytes
        else { return nil }
        let end = 8 + Int(size)
        var at = 12
        var hasPixels = false
        while at + 8 <= end, let kind: UInt32 = file.big(at: at), let length: UInt32 = file.little(at: at + 4) {
            let body = at + 8
            guard isWebPChunk(kind, file, body, length) else { return nil }
            if webpPixels.contains(kind) { hasPixels = true }
            at = body + Int(length) + Int(length & 1)
        }
        // A last byte of padding may be left out of the sum.
        return hasPixels && (at == end || at == end + 1) ? min(max(at, end), file.readableBytes) : nil
    }

    /// `VP8 `, `VP8L`, and a frame of many.
    private static let webpPixels: [UInt32] = [0x5650_3820, 0x5650_384C, 0x414E_4D46]

    /// Whether a chunk that must begin in a certain way does.
    private static func isWebPChunk(_ kind: UInt32, _ file: ByteBuffer, _ body: Int, _ length: UInt32) -> Bool {
        switch kind {
        case 0x5650_3820:
            length >= 10 && file.big(at: body + 3, as: UInt16.self) == 0x9D01
                && file.big(at: body + 5, as: UInt8.self) == 0x2A
        case 0x5650_384C: length >= 5 && file.big(at: body, as: UInt8.self) == 0x2F
        case 0x5650_3858: length >= 10
        default: true
        }
    }

    // MARK: Scripts

    /// Whether a length is written so that it opens a script's comment, which is closed where the script goes on.
    private static func opensComment(_ file: ByteBuffer, at offset: Int) -> Bool {
        guard file.big(at: offset, as: UInt16.self) == 0x2F2A else { return false }
        var at = offset + 2
        while let star = file.place(of: 0x2A, from: at) {
            at = star + 1
            guard file.big(at: at, as: UInt8.self) == 0x2F else { continue }
            let following = (1...8).compactMap { file.big(at: at + $0, as: UInt8.self) }
            if !following.isEmpty, following.allSatisfy(\.isText) { return true }
        }
        return false
    }
}
