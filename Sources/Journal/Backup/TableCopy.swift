import ContactCenter
import Foundation

/// A table as SQLite describes it; PostgreSQL has the same.
struct TableShape {
    /// What a column holds.
    enum Kind { case integer, text, data }

    var name: String
    var columns: [(name: String, kind: Kind)] = []
    /// The columns of the primary key, in its order.
    var key: [String] = []
    private var parents: Set<String> = []

    /// Every table with rows of ours, those that others refer to first.
    static func all(in file: any SQLSession) throws(SQLFailure) -> [TableShape] {
        // No tables of SQLite's own, and no indexes that are tables.
        let names = try file.query(
            """
            SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'
                AND name NOT LIKE 'sqlite_%' AND name <> 'schema_migration'
            ORDER BY name
            """, []
        ) { $0.text(0) }
        var left: [TableShape] = []
        for name in names { left.append(try TableShape(name, in: file)) }
        var ordered: [TableShape] = []
        while let index = left.firstIndex(where: { shape in !left.contains { shape.parents.contains($0.name) } }) {
            ordered.append(left.remove(at: index))
        }
        guard left.isEmpty else { throw SQLFailure(reason: "tables refer to each other in a circle") }
        return ordered
    }

    private init(_ name: String, in file: any SQLSession) throws(SQLFailure) {
        self.name = name
        let rows = try file.query(SQL("SELECT name, type, pk FROM pragma_table_info('\(name)') ORDER BY cid"), []) {
            ($0.text(0), $0.text(1), $0.integer(2))
        }
        for (column, type, _) in rows {
            let kind: Kind = type == "INTEGER" ? .integer : type == "TEXT" ? .text : .data
            columns.append((column, kind))
        }
        key = rows.filter { $0.2 > 0 }.sorted { $0.2 < $1.2 }.map(\.0)
        let referred = try file.query(SQL("SELECT \"table\" FROM pragma_foreign_key_list('\(name)')"), []) {
            $0.text(0)
        }
        parents = Set(referred).subtracting([name])
    }

    /// The values of a row, in the order of the columns.
    func values(of row: any SQLRow) -> [SQLValue] {
        columns.indices.map { index in
            guard !row.isNull(index) else { return .null }
            switch columns[index].kind {
            case .integer: return .integer(row.integer(index))
            case .text: return .text(row.text(index))
            case .data: return .data(row.data(index))
            }
        }
    }
}

/// Copies all rows between two databases of one schema, page by page along the primary keys, in one transaction.
struct TableCopy {
    /// Rows that are in memory at once.
    static let pageRowsMax = 1_000

    private let source: any SQLSession
    private let target: any SQLSession
    private let dialect: SQLDialect

    /// `dialect` is the target's.
    init(from source: any SQLSession, to target: any SQLSession, dialect: SQLDialect) {
        self.source = source
        self.target = target
        self.dialect = dialect
    }

    /// Copies the tables that a file of SQLite has.
    func run(shapedLike file: any SQLSession) throws(SQLFailure) {
        let shapes = try TableShape.all(in: file)
        try target.execute(dialect.begin, [])
        do {
            for shape in shapes { try copy(shape) }
            try target.execute(SearchStore.rewind, [])
            if let renumber = dialect.renumber { try target.execute(renumber, []) }
            try target.execute("COMMIT", [])
        } catch {
            if target.isInTransaction { try target.execute("ROLLBACK", []) }
            throw error
        }
    }

    private func copy(_ shape: TableShape) throws(SQLFailure) {
        let columns = shape.columns.map(\.name).joined(separator: ", ")
        let places = shape.columns.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        let insert = SQL("INSERT INTO \(shape.name) (\(columns))\(dialect.overriding) VALUES (\(places))")
        let keys = shape.key.joined(separator: ", ")
        let keyPlaces = shape.key.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        let keyIndexes = shape.key.compactMap { key in shape.columns.firstIndex { $0.name == key } }
        let page = "ORDER BY \(keys) LIMIT \(Self.pageRowsMax)"
        var last: [SQLValue] = []
        while true {
            let isFirst = last.isEmpty
            let after = isFirst ? "" : "WHERE (\(keys)) > (\(keyPlaces)) "
            let rows = try source.query(SQL("SELECT \(columns) FROM \(shape.name) \(after)\(page)"), last) {
                shape.values(of: $0)
            }
            guard let end = rows.last else { return }
            _ = try target.run(rows.map { Step(insert, $0) })
            last = keyIndexes.map { end[$0] }
            if rows.count < Self.pageRowsMax { return }
        }
    }
}
