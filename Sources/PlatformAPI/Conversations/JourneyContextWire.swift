import ContactCenter

/// Where a customer was before writing (`JourneyContext`).
struct JourneyContextWire: Encodable, Sendable {
    struct Customer: Encodable, Sendable {
        var id: String
        var idType: String
    }

    struct Session: Encodable, Sendable {
        var id: String
        var type: String
    }

    struct Action: Encodable, Sendable {
        struct Map: Encodable, Sendable {
            var id: String
            var version: Int64
        }
        var id: String
        var actionMap: Map
    }

    var customer: Customer
    /// Absent while no visit is known.
    var customerSession: Session?
    var triggeringAction: Action?

    init(_ context: JourneyContext) {
        customer = Customer(id: context.customer, idType: context.customerType)
        customerSession = context.session.map { Session(id: $0, type: context.sessionType ?? "web") }
        triggeringAction = context.action.map {
            Action(id: $0.id, actionMap: .init(id: $0.map, version: $0.mapVersion))
        }
    }

    /// Of a customer; of nobody else.
    init?(_ participant: Participant) {
        guard participant.purpose == .customer, let context = participant.journey else { return nil }
        self.init(context)
    }
}

extension JourneyContextWire: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("customer", customer)
            json.member("customerSession", customerSession)
            json.member("triggeringAction", triggeringAction)
        }
    }
}

extension JourneyContextWire.Customer: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("idType", idType)
        }
    }
}

extension JourneyContextWire.Session: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("type", type)
        }
    }
}

extension JourneyContextWire.Action: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("actionMap", actionMap)
        }
    }
}

extension JourneyContextWire.Action.Map: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("version", version)
        }
    }
}
