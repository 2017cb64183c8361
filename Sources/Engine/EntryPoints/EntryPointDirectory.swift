import ContactCenter

extension EntryPoint {
    /// Reads a body of the API; what it must not be is refused. The deployment that it names need not exist.
    public init(id: EntryPointID, name: String, body: JSONValue) throws(EntryPointError) {
        self.init(id: id, name: name, destination: try Destination(body["channel"]))
        isActive = body["status"]?.string != "Inactive"
        ref = body["ref"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        text = body["text"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        attributes = (body["attributes"]?.object ?? [:]).compactMapValues(\.string)
        try check()
    }
}

extension EntryPoint.Destination {
    fileprivate init(_ channel: JSONValue?) throws(EntryPointError) {
        guard let type = channel?["type"]?.string else { throw .missing(field: "channel.type") }
        guard type == "webmessaging" else {
            guard let address = channel?["address"]?.string, !address.isEmpty else {
                throw .missing(field: "channel.address")
            }
            try self.init(channel: type, address: address, welcomeMessage: channel?["welcomeMessageId"]?.string)
            return
        }
        guard let text = channel?["deployment"]?["id"]?.string else { throw .missing(field: "channel.deployment.id") }
        guard let id = IntegrationID(text) else {
            throw .invalid(field: "channel.deployment.id", value: text, allowed: "the id of a deployment")
        }
        self = .webmessaging(id)
    }
}

extension Directory {
    /// An entry point that may be used now; `nil` for one that does not exist or is switched off.
    public func entryPoint(_ id: EntryPointID) -> EntryPoint? {
        configuredEntryPoint(id).flatMap { $0.isActive ? $0 : nil }
    }

    /// An entry point, switched on or off.
    func configuredEntryPoint(_ id: EntryPointID) -> EntryPoint? {
        find(.entryPoint, id.description).flatMap { try? EntryPoint(id: id, name: $0.name ?? "", body: $0.body) }
    }

    /// An entry point that leads to this deployment and may be used now.
    public func entryPoint(_ id: EntryPointID, on deployment: IntegrationID) -> EntryPoint? {
        entryPoint(id).flatMap { $0.destination == .webmessaging(deployment) ? $0 : nil }
    }
}
