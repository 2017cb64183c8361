import CLibpq
import ContactCenter
import Foundation

/// The parameters of a statement in PostgreSQL's binary form.
///
/// Types are told from the values, so that the server need not guess them where a statement does not show them; of a
/// NULL it guesses from the column.
struct PostgresParameters {
    private var bytes: [UInt8] = []
    private var starts: [Int?] = []
    private var lengths: [Int32] = []
    private(set) var types: [Oid] = []

    private static let integer: Oid = 20
    private static let text: Oid = 25
    private static let data: Oid = 17

    init(_ values: [SQLValue]) {
        starts.reserveCapacity(values.count)
        for value in values { append(value) }
    }

    private mutating func append(_ value: SQLValue) {
        let start = bytes.count
        switch value {
        case .null: return note(nil, type: 0)
        case .integer(let number):
            withUnsafeBytes(of: number.bigEndian) { bytes += $0 }
            note(start, type: Self.integer)
        case .text(let text):
            // PostgreSQL's text has no NUL. Only ids and names that peers make up are text; bodies are bytes.
            bytes += text.utf8.contains(0) ? Array(text.replacing("\0", with: "\u{2400}").utf8) : Array(text.utf8)
            note(start, type: Self.text)
        case .data(let data):
            bytes += data
            note(start, type: Self.data)
        case .id(let high, let low):
            withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { bytes += $0 }
            note(start, type: Self.data)
        }
    }

    private mutating func note(_ start: Int?, type: Oid) {
        starts.append(start)
        lengths.append(Int32(start.map { bytes.count - $0 } ?? 0))
        types.append(type)
    }

    /// Lends the arrays that libpq copies from.
    func withPointers(
        _ body: (Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> Int32
    ) -> Int32 {
        // A value of no bytes needs an address all the same: nil would be NULL.
        (bytes + [0]).withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { buffer in
                let pointers = starts.map { start in start.flatMap { buffer.baseAddress?.advanced(by: $0) } }
                return body(Int32(starts.count), pointers, lengths, [Int32](repeating: 1, count: starts.count))
            }
        }
    }
}

/// One row of a result in binary form.
struct PostgresRow: SQLRow {
    let result: OpaquePointer
    let row: Int32

    func isNull(_ column: Int) -> Bool { PQgetisnull(result, row, Int32(column)) == 1 }

    func integer(_ column: Int) -> Int64 {
        // Whole numbers of 2, 4 and 8 bytes, and truth values of one.
        bytes(column).reduce(into: bytes(column).first.map { $0 & 0x80 != 0 } == true ? -1 : 0) { number, byte in
            number = number << 8 | Int64(byte)
        }
    }

    func text(_ column: Int) -> String { String(decoding: bytes(column), as: UTF8.self) }

    func data(_ column: Int) -> Data { Data(bytes(column)) }

    func id<Entity>(_ column: Int) throws(SQLFailure) -> Identifier<Entity> {
        let bytes = bytes(column)
        guard bytes.count == 16 else {
            throw SQLFailure(reason: "an identifier of \(bytes.count) bytes in column \(column)")
        }
        return Identifier(
            high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
            low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }

    private func bytes(_ column: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: PQgetvalue(result, row, Int32(column)), count: Int(PQgetlength(result, row, Int32(column))))
    }
}
