/// A dictionary whose values lie in one array: large values are not paid for with the places that a hash table keeps
/// empty.
struct Table<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var places: [Key: Int32] = [:]
    private var slots: [Value?] = []
    private var vacant: [Int32] = []

    subscript(key: Key) -> Value? {
        get { places[key].flatMap { slots[Int($0)] } }
        _modify {
            if let place = places[key] {
                yield &slots[Int(place)]
                if slots[Int(place)] == nil { vacate(key, place) }
            } else {
                var value: Value?
                yield &value
                if let value { insert(value, key) }
            }
        }
    }

    var values: some Sequence<Value> { slots.lazy.compactMap(\.self) }

    private mutating func insert(_ value: Value, _ key: Key) {
        if let place = vacant.popLast() {
            slots[Int(place)] = value
            places[key] = place
        } else {
            places[key] = Int32(slots.count)
            slots.append(value)
        }
    }

    private mutating func vacate(_ key: Key, _ place: Int32) {
        places[key] = nil
        vacant.append(place)
    }
}
