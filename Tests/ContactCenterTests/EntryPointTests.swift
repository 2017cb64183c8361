import Testing

@testable import ContactCenter

@Suite("Entry points: where they lead, what they carry, who came by them")
struct EntryPointTests {
    private static let id = EntryPointID(high: 1, low: 2)
    private static let base = "https://chat.example.org"
    private static let deepLink = "https://chat.example.org/m/00000000-0000-0001-0000-000000000002"

    private func made(
        _ channel: String, _ address: String, welcome: String? = nil, ref: String? = nil, text: String? = nil
    ) throws(EntryPointError) -> EntryPoint {
        let destination = try EntryPoint.Destination(channel: channel, address: address, welcomeMessage: welcome)
        var entryPoint = EntryPoint(id: Self.id, name: "Flyer", destination: destination)
        entryPoint.ref = ref
        entryPoint.text = text
        try entryPoint.check()
        return entryPoint
    }

    @Test("each channel has its link")
    func links() throws {
        let cases: [(EntryPoint, String)] = [
            (try made("facebook", "amadare.tea", ref: "flyer-1"), "https://m.me/amadare.tea?ref=flyer-1"),
            (try made("facebook", "1029384756"), "https://m.me/1029384756"),
            (try made("instagram", "@amadare_tea", ref: "bio"), "https://ig.me/m/amadare_tea?ref=bio"),
            (
                try made("whatsapp", "+81 (90) 1234-5678", text: "お茶 & 菓子?"),
                "https://wa.me/819012345678?text=%E3%81%8A%E8%8C%B6%20%26%20%E8%8F%93%E5%AD%90%3F"
            ),
            (
                try made("twitter", "783214", welcome: "42", text: "Hi there"),
                "https://twitter.com/messages/compose?recipient_id=783214&welcome_message_id=42&text=Hi%20there"
            ),
        ]
        for (entryPoint, link) in cases {
            #expect(entryPoint.link(base: Self.base) == link)
            #expect(entryPoint.deepLink(base: Self.base) == Self.deepLink)
            #expect(entryPoint.scanLink(base: Self.base) == link)
        }
        let own = EntryPoint(id: Self.id, name: "Flyer", destination: .webmessaging(IntegrationID(high: 3, low: 4)))
        #expect(own.link(base: Self.base) == Self.deepLink)
        #expect(own.scanLink(base: Self.base) == Self.deepLink + "?via=qr")
    }

    @Test("an address that is none of the channel's is refused by its field")
    func addresses() {
        let cases: [(String, String, String?, String)] = [
            ("facebook", "a/b", nil, "channel.address"), ("facebook", "a?x=1", nil, "channel.address"),
            ("facebook", "", nil, "channel.address"), ("facebook", "a=b", nil, "channel.address"),
            ("instagram", "名前", nil, "channel.address"),
            ("instagram", String(repeating: "a", count: 31), nil, "channel.address"),
            ("whatsapp", "090-1234-5678", nil, "channel.address"), ("whatsapp", "12345", nil, "channel.address"),
            ("whatsapp", "8190１２３４５６", nil, "channel.address"), ("twitter", "jack", nil, "channel.address"),
            ("twitter", "12", "hello", "channel.welcomeMessageId"),
            ("facebook", "page", "12", "channel.welcomeMessageId"), ("pigeon", "12", nil, "channel.type"),
        ]
        for (channel, address, welcome, field) in cases {
            #expect(throws: EntryPointError.self, "\(channel) \(address)") {
                do throws(EntryPointError) { _ = try made(channel, address, welcome: welcome) } catch {
                    guard case .invalid(field, _, _) = error else {
                        Issue.record("\(channel) \(address): \(error)")
                        throw error
                    }
                    throw error
                }
            }
        }
    }

    @Test("a channel's links carry what the platform hands on, and nothing else is taken")
    func carried() throws {
        #expect(throws: EntryPointError.notCarried(field: "ref", channel: "whatsapp")) {
            try made("whatsapp", "819012345678", ref: "x")
        }
        #expect(throws: EntryPointError.notCarried(field: "ref", channel: "twitter")) {
            try made("twitter", "12", ref: "x")
        }
        #expect(throws: EntryPointError.notCarried(field: "text", channel: "facebook")) {
            try made("facebook", "page", text: "x")
        }
        for ref in ["a b", "é", "a&b", "a.b", String(repeating: "a", count: 251)] {
            #expect(throws: EntryPointError.self, "\(ref)") { try made("facebook", "page", ref: ref) }
        }
        #expect(try made("facebook", "page", ref: String(repeating: "a", count: 250)).ref?.count == 250)
        #expect(try made("whatsapp", "819012345678", text: String(repeating: "茶", count: 200)).text?.count == 200)
        #expect(throws: EntryPointError.self) {
            try made("whatsapp", "819012345678", text: String(repeating: "茶", count: 201))
        }
    }

    @Test("the longest link of each channel fits a QR code")
    func longestLinks() throws {
        let text = String(repeating: "茶", count: 200)
        let base = "https://" + String(repeating: "a", count: 253)
        for entryPoint in [
            try made("whatsapp", "819012345678901", text: text),
            try made(
                "twitter", String(repeating: "9", count: 20), welcome: String(repeating: "9", count: 20), text: text),
            try made("facebook", String(repeating: "a", count: 75), ref: String(repeating: "a", count: 250)),
        ] {
            #expect(QRCode(entryPoint.scanLink(base: base)) != nil)
        }
    }

    @Test("attributes are bounded, and none may pretend to be the referral's own")
    func attributes() throws {
        var entryPoint = try made("facebook", "page")
        let refused: [[String: String]] = [
            ["": "x"], ["referral.ref": "x"], ["a": String(repeating: "x", count: 800)],
            Dictionary(uniqueKeysWithValues: (0...20).map { ("a\($0)", "x") }),
        ]
        for attributes in refused {
            entryPoint.attributes = attributes
            #expect(throws: EntryPointError.self) { try entryPoint.check() }
        }
        entryPoint.attributes = ["a": String(repeating: "x", count: 799)]
        try entryPoint.check()
    }

    @Test("a referral says who, how and with what, and the business's word stands before the address's")
    func referral() throws {
        var entryPoint = try made("facebook", "page", ref: "own")
        entryPoint.attributes = ["utm_medium": "paper", "season": "autumn"]
        let query = [
            "utm_source": "news", "utm_medium": "mail", "utm_term": String(repeating: "x", count: 101),
            "utm_content": "",
            "utm_evil": "x", "season": "spring", "referral.name": "x",
        ]
        let attributes = entryPoint.referral(ref: "link", source: "qr", query: query).participantAttributes
        #expect(
            attributes == [
                "referral.entryPoint": Self.id.description, "referral.name": "Flyer", "referral.ref": "link",
                "referral.source": "qr", "utm_source": "news", "utm_medium": "paper", "season": "autumn",
            ])
        let plain = entryPoint.referral(ref: "not a ref", source: "moon", query: [:])
        #expect(plain.ref == "own")
        #expect(plain.source == "link")
    }

    @Test("the most that a referral says fits a guest's custom attributes")
    func most() throws {
        let long = String(repeating: "a", count: 250)
        var entryPoint = EntryPoint(
            id: Self.id, name: String(repeating: "🫖", count: 256), destination: .facebook(page: "page"))
        entryPoint.attributes = ["a": String(repeating: "x", count: EntryPoint.attributeBytesMax - 1)]
        try entryPoint.check()
        let query = Dictionary(
            uniqueKeysWithValues: Referral.campaignNames.map {
                ($0, String(repeating: "x", count: Referral.campaignBytesMax))
            })
        let attributes = entryPoint.referral(ref: long, source: "link", query: query).participantAttributes
        let bytes = attributes.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
        #expect(attributes.count == 10)
        #expect(bytes <= 2_048, "\(bytes)")
    }
}

@Suite("QR codes: sizes, patterns, correction")
struct QRCodeTests {
    @Test("a text gets the smallest of the forty sizes, up to the longest")
    func sizes() throws {
        // Bytes that a size holds at level M, from the standard's table 7.
        let capacities = [(1, 14), (2, 26), (7, 122), (9, 180), (10, 213), (26, 1_059), (27, 1_125), (40, 2_331)]
        for (version, bytes) in capacities {
            let full = try #require(QRCode(String(repeating: "x", count: bytes)))
            #expect(full.size == version * 4 + 17)
            let next = QRCode(String(repeating: "x", count: bytes + 1))
            #expect(version == 40 ? next == nil : next?.size == version * 4 + 21)
        }
        #expect(QRCode("")?.size == 21)
    }

    @Test("finders, timing and the dark module are where the standard has them")
    func patterns() throws {
        let code = try #require(QRCode("https://chat.example.org/m/0198"))
        let last = code.size - 1
        for (column, row) in [(0, 0), (last - 6, 0), (0, last - 6)] {
            for step in 0..<7 {
                #expect(code[column + step, row])
                #expect(code[column, row + step])
            }
            #expect(!code[column + 1, row + 1])
            #expect(code[column + 3, row + 3])
        }
        for step in 8..<(code.size - 8) { #expect(code[step, 6] == (step % 2 == 0)) }
        #expect(code[8, code.size - 8])
    }

    @Test("correction makes every block a multiple of its divisor")
    func correction() {
        let data: [UInt8] = (0..<40).map { UInt8($0 * 37 % 251) }
        let divisor = QRField.divisor(degree: 18)
        let whole = data + QRField.remainder(of: data, by: divisor)
        #expect(QRField.remainder(of: whole, by: divisor).allSatisfy { $0 == 0 })
        #expect(QRField.product(0x80, 2) == 0x1D)
    }

    @Test("the picture is SVG with its quiet zone and nothing of the text in it")
    func svg() throws {
        let code = try #require(QRCode("<script>"))
        #expect(code.svg.hasPrefix(#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 29 29""#))
        #expect(code.svg.contains("M4 4h1v1h-1z"))
        #expect(!code.svg.contains("script"))
    }
}
