import ContactCenter

/// The configuration of another time, or one that might be: rows in memory, read as those that serve are.
extension Directory {
    /// A configuration of these rows; it cannot be saved.
    convenience init(of rows: [Entity]) {
        self.init(journal: nil, surroundings: .live)
        for row in rows { place(row) }
    }

    /// Has a row from now on, or another version of it.
    func place(_ row: Entity) { tables.withLock { $0.put(row) } }

    /// Has a row no longer.
    func withdraw(_ kind: EntityKind, _ id: String) {
        tables.withLock { tables in
            if let row = tables.rows[kind]?[id] { tables.remove(kind, id, at: row.version) }
        }
    }
}
