import ContactCenter
import Engine
import HTTPTypes
import Hummingbird

/// `/api/v2/messaging/entrypoints`: links, buttons and QR codes that lead customers to a channel. Our own resource,
/// under the API's conventions.
struct EntryPointRoutes: Sendable {
    let resource: EntityResource
    private let address: PublicAddress

    static let path = "/api/v2/messaging/entrypoints"
    /// Characters of what stands on a button.
    private static let buttonLabelLengthMax = 60
    /// Characters of a description.
    private static let descriptionLengthMax = 1_000

    init(engine: Engine, address: PublicAddress) {
        let directory = engine.directory
        self.address = address
        resource = EntityResource(
            directory: directory, newID: { engine.newID(EntryPoint.self).description }, kind: .entryPoint,
            path: Self.path, parameter: "entryPointId", createModel: "EntryPoint",
            defaults: ["attributes": [:], "status": "Active"],
            prepare: { body, _ in try Self.prepared(body, directory) },
            decorate: { wire, entity in Self.decorated(wire, entity, directory, address) })
    }

    /// `…/{entryPointId}/qr.svg`.
    func qrCode(_ call: Call<Principal>) async throws -> Response {
        let entryPoint = try Self.entryPoint(try resource.find(call))
        guard let code = QRCode(entryPoint.scanLink(base: address.http(host: nil))) else {
            throw APIError.internalError
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "image/svg+xml", .cacheControl: "no-cache", .xContentTypeOptions: "nosniff",
                .contentSecurityPolicy: "default-src 'none'",
                .contentDisposition: "attachment; filename=\"\(entryPoint.id).svg\"",
            ], body: .init(byteBuffer: ByteBuffer(string: code.svg)))
    }

    private static func entryPoint(_ entity: Entity) throws -> EntryPoint {
        guard let id = EntryPointID(entity.id) else { throw APIError.internalError }
        return try EntryPoint(id: id, name: entity.name ?? "", body: entity.body)
    }

    // MARK: Bodies

    private static func prepared(_ body: JSONValue, _ directory: Directory) throws -> JSONValue {
        var body = body
        // The id stands in no link yet and nothing is decided by it.
        let entryPoint = try EntryPoint(id: EntryPointID(high: 0, low: 0), name: "", body: body)
        try checkLength(body, "buttonLabel", buttonLabelLengthMax)
        try checkLength(body, "description", descriptionLengthMax)
        switch entryPoint.destination {
        case .webmessaging(let deployment):
            guard directory.find(.webDeployment, deployment.description) != nil else {
                throw APIError.invalidValue("channel.deployment.id", deployment.description)
            }
            body["channel"] = [
                "type": "webmessaging", "deployment": ["id": .string(deployment.description)],
            ]
        default:
            body["channel"] = body["channel"]?.without(["deployment"])
            body["channel"]?["address"] = entryPoint.destination.address.map(JSONValue.string)
        }
        return body
    }

    private static func checkLength(_ body: JSONValue, _ field: String, _ lengthMax: Int) throws(APIError) {
        guard let text = body[field]?.string, text.count > lengthMax else { return }
        throw .invalidValue(field, text.prefix(40) + "…", allowed: "up to \(lengthMax) characters")
    }

    private static func decorated(
        _ wire: JSONValue, _ entity: Entity, _ directory: Directory, _ address: PublicAddress
    ) -> JSONValue {
        var wire = wire.without(["createdBy", "modifiedBy"])
        wire["version"] = .integer(entity.version)
        guard let entryPoint = try? entryPoint(entity) else { return wire }
        let base = address.http(host: nil)
        let link = entryPoint.link(base: base)
        wire["link"] = .string(link)
        wire["deepLink"] = .string(entryPoint.deepLink(base: base))
        wire["qrUri"] = .string("\(path)/\(entity.id)/qr.svg")
        var colour: String?
        if case .webmessaging(let id) = entryPoint.destination {
            wire["siteQuery"] = .string("engawa_ref=\(entryPoint.id)")
            wire["channel"]?["deployment"] = .reference(
                id.description, name: directory.find(.webDeployment, id.description)?.name, path: DeploymentRoutes.path)
            let configuration = directory.configuration(ofDeployment: id)
            colour = configuration?.body["messenger"]?["styles"]?["primaryColor"]?.string
        }
        let label = entity.body["buttonLabel"]?.string
        wire["buttonHtml"] = .string(MessageButton(label: label, link: link, colour: colour).html)
        return wire
    }
}

/// A link that looks like a button, to be put into a page of the business as it is.
struct MessageButton {
    private let label: String
    private let link: String
    private let colour: RGB

    private struct RGB {
        let red: Int
        let green: Int
        let blue: Int

        /// What our own messenger has where a configuration names no colour.
        static let house = RGB(red: 0x2A, green: 0x60, blue: 0xC8)

        private init(red: Int, green: Int, blue: Int) {
            self.red = red
            self.green = green
            self.blue = blue
        }

        /// `#rrggbb`.
        init?(_ text: String) {
            guard text.utf8.count == 7, text.hasPrefix("#"), let number = Int(text.dropFirst(), radix: 16), number >= 0
            else { return nil }
            self.init(red: number >> 16, green: number >> 8 & 0xFF, blue: number & 0xFF)
        }

        var css: String {
            "#" + [red, green, blue].map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        }

        /// Black or white: by the W3C's weights, the one that can be read on it better.
        var textCss: String {
            // The square is near enough to the curve of sRGB to tell pale from dark.
            let shares = [(red, 0.2126), (green, 0.7152), (blue, 0.0722)]
            let luminance = shares.reduce(0.0) { $0 + Double($1.0 * $1.0) / 65_025 * $1.1 }
            return luminance > 0.179 ? "#000000" : "#ffffff"
        }
    }

    /// - Parameters:
    ///   - label: what stands on it; without one, English words.
    ///   - colour: `#rrggbb`; anything else is our own blue.
    init(label: String?, link: String, colour: String?) {
        self.label = label.flatMap { $0.isEmpty ? nil : $0 } ?? "Message us"
        self.link = link
        self.colour = colour.flatMap { RGB($0) } ?? .house
    }

    var html: String {
        let style =
            "display:inline-block;padding:.7em 1.3em;border-radius:2em;background:\(colour.css);"
            + "color:\(colour.textCss);font:600 1rem/1.3 system-ui,sans-serif;text-decoration:none"
        return "<a href=\"\(link.htmlEscaped)\" target=\"_blank\" rel=\"noopener\" style=\"\(style)\">"
            + "\(label.htmlEscaped)</a>"
    }
}
