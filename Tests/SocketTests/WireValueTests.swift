import ContactCenter
import Foundation
import Testing

@testable import PlatformAPI

@Suite("Values on the wire")
struct WireValueTests {
    @Test(
        "a date is written with milliseconds and Z",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1_709_164_800_123, "2024-02-29T00:00:00.123Z"),
            (-1, "1969-12-31T23:59:59.999Z"), (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        ])
    func dateText(milliseconds: Int64, text: String) {
        #expect(WireDate(Instant(milliseconds: milliseconds)).description == text)
        #expect(WireDate(text)?.instant.milliseconds == milliseconds)
    }

    @Test("every day of four centuries is the same on the way there and back")
    func days() {
        for day in stride(from: Int64(-80_000), through: 80_000, by: 1) {
            #expect(CivilDate(daysSinceEpoch: day).daysSinceEpoch == day)
        }
    }

    @Test(
        "forms that clients send are read",
        arguments: [
            ("2024-02-29T00:00:00Z", 1_709_164_800_000), ("2024-02-29T00:00:00", 1_709_164_800_000),
            ("2024-02-29", 1_709_164_800_000), ("2024-02-29T00:00Z", 1_709_164_800_000),
            ("2024-02-29T09:00:00+09:00", 1_709_164_800_000), ("2024-02-28T19:00:00.5-0500", 1_709_164_800_500),
            ("2024-02-29 00:00:00.123456789Z", 1_709_164_800_123), ("2024-02-29T09:00:00+09", 1_709_164_800_000),
        ])
    func dateForms(text: String, milliseconds: Int64) {
        #expect(WireDate(text)?.instant.milliseconds == milliseconds)
    }

    @Test(
        "what is no date is refused",
        arguments: [
            "", "2024", "2024-02-30", "2023-02-29", "2024-13-01", "2024-00-01", "0000-01-01", "2024-02-29T24:00:00Z",
            "2024-02-29T00:60:00Z", "2024-02-29T00:00:00.Z", "2024-02-29T00:00:00Zz", "2024-02-29T", "24-02-29",
            "2024-02-29T00:00:00+9", "２024-02-29", "2024-02-29T00:00:00+25:00",
        ])
    func noDates(text: String) { #expect(WireDate(text) == nil) }

    private struct Sample: Codable, Equatable {
        var url: String?
        var at: Date?
        var since: WireDate?
        var none: String?
    }

    @Test("JSON is compact, without escaped slashes or absent members, with dates as text")
    func json() throws {
        let sample = Sample(
            url: "https://a.test/ü", at: Date(timeIntervalSince1970: 1.0015),
            since: WireDate(Instant(milliseconds: 1)))
        let bytes = try APIJSON.encode(sample)
        let text = String(buffer: bytes)
        #expect(text.contains(#""url":"https://a.test/ü""#))
        #expect(text.contains(#""since":"1970-01-01T00:00:00.001Z""#))
        #expect(text.contains(#""at":"1970-01-01T00:00:01.00"#))
        #expect(!text.contains("none") && !text.contains(" "))
        #expect(try APIJSON.decode(Sample.self, from: bytes).url == sample.url)
    }

    @Test("the items of a query are decoded, listed by comma or repetition, and written back")
    func query() throws {
        let query = QueryItems("id=1%2C2&id=3&name=a+b%26c&flag=TRUE&empty=&bare&bad=%zz&size=7")
        #expect(query.list("id") == ["1", "2", "3"])
        #expect(query["name"] == "a b&c")
        #expect(query["empty"] == "")
        #expect(query["bare"] == "")
        #expect(query["bad"] == "%zz")
        #expect(try query.flag("flag") == true)
        #expect(try query.flag("absent") == nil)
        #expect(try query.integer("size", in: 1...10) == 7)
        #expect(throws: APIError.self) { try query.flag("name") }
        #expect(throws: APIError.self) { try query.integer("size", in: 8...10) }
        #expect(QueryItems("a=1&b=2&a=3").setting("a", to: "x y").text == "a=x%20y&b=2")
        #expect(QueryItems("").setting("a", to: "é").text == "a=%C3%A9")
    }

    @Test(
        "pages are counted right, also of nothing",
        arguments: [(0, 25, 0), (1, 25, 1), (25, 25, 1), (26, 25, 2), (100, 1, 100), (99, 100, 1)])
    func pageCount(total: Int, size: Int, pages: Int) {
        let page = Page([Int](), total: total, request: PageRequest(pageSize: size), path: "/api/v2/x")
        #expect(page.pageCount == pages)
        #expect(page.firstUri == "/api/v2/x?pageSize=\(size)&pageNumber=1")
        #expect(page.lastUri == "/api/v2/x?pageSize=\(size)&pageNumber=\(max(1, pages))")
        #expect((page.nextUri != nil) == (pages > 1))
        #expect(page.previousUri == nil)
    }

    @Test("following nextUri visits every entity once")
    func followed() throws {
        let all = Array(0..<103)
        var seen: [Int] = []
        var uri: String? = "/x?pageSize=10&name=q"
        while let next = uri {
            let query = QueryItems(next.split(separator: "?")[1])
            let request = try PageRequest(query)
            let page = Page(request.slice(all), total: all.count, request: request, path: "/x", query: query)
            #expect(query["name"] == "q")
            seen += page.entities
            uri = page.nextUri
        }
        #expect(seen == all)
    }

    @Test("an error's message has its parameters in place, and the template beside it")
    func errorMessage() throws {
        let error = APIError.invalidValue("size", "x", allowed: "1 to 9")
        #expect(error.message == "Value [x] is not valid for field [size]. Allowable values are: 1 to 9")
        let body = String(buffer: error.body(correlationId: "c"))
        #expect(body.contains(#""messageWithParams":"Value [{value}] is not valid for field [{field}]."#))
        #expect(body.contains(#""errors":[]"#))
    }
}

@Suite("Rate limits")
struct RateLimitTests {
    private let start = ContinuousClock.now

    @Test("a window starts with the first request and ends by itself")
    func window() throws {
        let limit = RateLimit(RateLimitConfiguration(requestsMax: 2, windowSeconds: 60))
        #expect(try limit.take("a", at: start).resetSeconds == 60)
        #expect(try limit.take("a", at: start + .seconds(59)).resetSeconds == 1)
        #expect(throws: APIError.self) { try limit.take("a", at: start + .milliseconds(59_999)) }
        #expect(try limit.take("a", at: start + .seconds(60)).count == 1)
    }

    @Test("the table of callers stays within its bound, and the newest are in it")
    func bounded() throws {
        let limit = RateLimit(RateLimitConfiguration(requestsMax: 1, callersMax: 100))
        for number in 0..<1_000 {
            _ = try limit.take("caller \(number)", at: start + .milliseconds(number))
        }
        #expect(limit.callers <= 100)
        #expect(throws: APIError.self) { try limit.take("caller 999", at: start + .seconds(1)) }
        #expect(try limit.take("caller 0", at: start + .seconds(1)).count == 1)
    }
}
