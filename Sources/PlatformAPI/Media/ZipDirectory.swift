import NIOCore

/// The directory at the end of a ZIP file, read with distrust: what two readers could read in two ways is not taken.
struct ZipDirectory {
    struct Entry {
        /// How its bytes are packed: 0 for not at all, 8 for deflate.
        var method: UInt16
        var isEncrypted: Bool
        /// Where its packed bytes are in the file.
        var packed: Range<Int>
        /// Bytes that it says it unpacks to.
        var unpackedBytes: UInt64
    }

    enum Trouble: Error {
        /// There is none that could be read.
        case unreadable
        /// Entries share bytes, as only bombs have them, or another reader could see another directory.
        case twofold
    }

    let entries: [Entry]

    private static let endBytes = 22
    private static let commentBytesMax = 65_535
    private static let wide = UInt64(UInt32.max)

    /// Whether a file begins as one, which it may without any entry.
    static func begins(_ file: ByteBuffer) -> Bool {
        let signature: UInt32? = file.little(at: 0)
        return signature == 0x0403_4B50 || signature == 0x0605_4B50
    }

    init(_ file: ByteBuffer) throws(Trouble) {
        guard let end = Self.end(in: file) else { throw .unreadable }
        // A record in the comment of another one: some readers take the one, some the other.
        guard Self.end(in: file, before: end) == nil else { throw .twofold }
        let place = try Place(file, end: end)
        var at = place.start
        var entries: [Entry] = []
        while at < place.end {
            let (entry, bytes) = try Self.entry(file, at: at, shift: place.shift)
            entries.append(entry)
            at += bytes
        }
        guard at == place.end, UInt64(entries.count) & place.countMask == place.count else { throw .unreadable }
        var reached = 0
        for entry in entries.sorted(by: { $0.packed.lowerBound < $1.packed.lowerBound }) {
            guard entry.packed.lowerBound >= reached else { throw .twofold }
            reached = max(reached, entry.packed.upperBound)
        }
        self.entries = entries
    }

    /// Where the last record is, as readers look for it; or the last one before that whose comment holds it.
    static func end(in file: ByteBuffer, before later: Int? = nil) -> Int? {
        let size = file.readableBytes
        var at = later.map { $0 - 1 } ?? size - endBytes
        while at >= 0, at >= size - endBytes - commentBytesMax {
            defer { at -= 1 }
            guard file.big(at: at, as: UInt32.self) == 0x504B_0506, let comment: UInt16 = file.little(at: at + 20)
            else { continue }
            let end = at + endBytes + Int(comment)
            if end <= size, later.map({ $0 < end }) != false { return at }
        }
        return nil
    }

    // MARK: Where the directory is

    /// The directory's own place and number of entries, from the record at the end or its wide form.
    private struct Place {
        var start: Int
        var end: Int
        var count: UInt64
        /// The narrow record counts modulo 65,536.
        var countMask = UInt64(UInt16.max)
        /// Bytes before the archive itself, by which all offsets are too small.
        var shift: Int

        init(_ file: ByteBuffer, end record: Int) throws(Trouble) {
            guard let total: UInt16 = file.little(at: record + 10), let size: UInt32 = file.little(at: record + 12),
                let offset: UInt32 = file.little(at: record + 16)
            else { throw .unreadable }
            count = UInt64(total)
            var (bytes, begin, stop) = (UInt64(size), UInt64(offset), record)
            if file.little(at: record - 20, as: UInt32.self) == 0x0706_4B50 {
                stop = try Self.wideRecord(file, locator: record - 20)
                let wide = try Self.read(file, wide: stop)
                guard total == .max || UInt64(total) == wide.count, size == .max || bytes == wide.bytes,
                    offset == .max || begin == wide.begin
                else { throw .unreadable }
                (count, bytes, begin, countMask) = (wide.count, wide.bytes, wide.begin, .max)
            }
            guard bytes <= UInt64(stop), begin <= UInt64(stop) - bytes else { throw .unreadable }
            (start, end) = (stop - Int(bytes), stop)
            shift = start - Int(begin)
        }

        /// Where the wide record is: where its locator says or, behind other bytes, right before it.
        private static func wideRecord(_ file: ByteBuffer, locator: Int) throws(Trouble) -> Int {
            let told: UInt64? = file.little(at: locator + 8)
            for at in [told.flatMap { Int(exactly: $0) }, locator - 56] {
                if let at, at >= 0, at <= locator - 56, file.little(at: at, as: UInt32.self) == 0x0606_4B50 {
                    return at
                }
            }
            throw .unreadable
        }

        private static func read(
            _ file: ByteBuffer, wide at: Int
        ) throws(Trouble) -> (count: UInt64, bytes: UInt64, begin: UInt64) {
            guard let count: UInt64 = file.little(at: at + 32), let bytes: UInt64 = file.little(at: at + 40),
                let begin: UInt64 = file.little(at: at + 48)
            else { throw .unreadable }
            return (count, bytes, begin)
        }
    }

    // MARK: Entries

    /// An entry of the directory, and how many bytes it takes there.
    private static func entry(_ file: ByteBuffer, at: Int, shift: Int) throws(Trouble) -> (Entry, Int) {
        guard file.little(at: at, as: UInt32.self) == 0x0201_4B50, let flags: UInt16 = file.little(at: at + 8),
            let method: UInt16 = file.little(at: at + 10), let name: UInt16 = file.little(at: at + 28),
            let extra: UInt16 = file.little(at: at + 30), let comment: UInt16 = file.little(at: at + 32)
        else { throw .unreadable }
        let sizes = try sizes(file, at: at, extra: at + 46 + Int(name)..<at + 46 + Int(name) + Int(extra))
        guard let begin = Int(exactly: sizes.offset)?.addingReportingOverflow(shift), !begin.overflow,
            file.little(at: begin.partialValue, as: UInt32.self) == 0x0403_4B50,
            let ownName: UInt16 = file.little(at: begin.partialValue + 26),
            let ownExtra: UInt16 = file.little(at: begin.partialValue + 28),
            sizes.packed <= UInt64(file.readableBytes)
        else { throw .unreadable }
        let start = begin.partialValue + 30 + Int(ownName) + Int(ownExtra)
        guard start + Int(sizes.packed) <= file.readableBytes else { throw .unreadable }
        let entry = Entry(
            method: method, isEncrypted: flags & 1 != 0, packed: start..<start + Int(sizes.packed),
            unpackedBytes: sizes.unpacked)
        return (entry, 46 + Int(name) + Int(extra) + Int(comment))
    }

    /// Sizes and place of an entry; those that do not fit stand in its wide field, in this order.
    private static func sizes(
        _ file: ByteBuffer, at: Int, extra: Range<Int>
    ) throws(Trouble) -> (packed: UInt64, unpacked: UInt64, offset: UInt64) {
        guard let packed: UInt32 = file.little(at: at + 20), let unpacked: UInt32 = file.little(at: at + 24),
            let offset: UInt32 = file.little(at: at + 42)
        else { throw .unreadable }
        var values = [UInt64(unpacked), UInt64(packed), UInt64(offset)]
        guard values.contains(wide) else { return (values[1], values[0], values[2]) }
        guard var field = wideField(file, in: extra) else { throw .unreadable }
        for index in values.indices where values[index] == wide {
            guard field.count >= 8, let value: UInt64 = file.little(at: field.lowerBound) else { throw .unreadable }
            values[index] = value
            field = field.lowerBound + 8..<field.upperBound
        }
        return (values[1], values[0], values[2])
    }

    private static func wideField(_ file: ByteBuffer, in extra: Range<Int>) -> Range<Int>? {
        var at = extra.lowerBound
        while at + 4 <= extra.upperBound, let kind: UInt16 = file.little(at: at),
            let size: UInt16 = file.little(at: at + 2)
        {
            let end = at + 4 + Int(size)
            if kind == 1 { return end <= extra.upperBound ? at + 4..<end : nil }
            at = end
        }
        return nil
    }
}
