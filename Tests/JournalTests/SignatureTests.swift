import Foundation
import Testing

@testable import Journal

/// The examples of S3's API reference, "Signature Calculations for the Authorization Header" and "… Query Parameters".
@Suite("Signature version 4")
struct SignatureTests {
    private let signer = SignatureV4(
        credentials: S3Credentials(
            accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        region: "us-east-1")
    /// 24 May 2013, midnight.
    private let moment = Date(timeIntervalSince1970: 1_369_353_600)
    private let host = "examplebucket.s3.amazonaws.com"

    @Test("a request for a range, from canonical request to header")
    func get() {
        let request = SignatureV4.Request(
            method: "GET", path: "/test.txt",
            headers: [
                ("Host", host), ("Range", "bytes=0-9"), ("x-amz-content-sha256", SignatureV4.emptyPayload),
                ("x-amz-date", SignatureV4.stamp(moment)),
            ], payload: SignatureV4.emptyPayload)
        let canonical = """
            GET
            /test.txt

            host:examplebucket.s3.amazonaws.com
            range:bytes=0-9
            x-amz-content-sha256:\(SignatureV4.emptyPayload)
            x-amz-date:20130524T000000Z

            host;range;x-amz-content-sha256;x-amz-date
            \(SignatureV4.emptyPayload)
            """
        #expect(signer.canonicalRequest(request) == canonical)
        let toSign = """
            AWS4-HMAC-SHA256
            20130524T000000Z
            20130524/us-east-1/s3/aws4_request
            7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972
            """
        #expect(signer.stringToSign(canonical, at: moment) == toSign)
        #expect(
            signer.authorization(request, at: moment)
                == "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
                + "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
                + "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
    }

    @Test("an object with a character that is encoded in its key")
    func put() {
        let payload = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"
        let request = SignatureV4.Request(
            method: "PUT", path: "/test$file.text",
            headers: [
                ("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("Host", host), ("x-amz-content-sha256", payload),
                ("x-amz-date", SignatureV4.stamp(moment)), ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
            ], payload: payload)
        #expect(
            signer.authorization(request, at: moment)
                .hasSuffix("Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"))
    }

    @Test(
        "parameters of the query, with and without values",
        arguments: [
            (["lifecycle": ""], "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
            (["prefix": "J", "max-keys": "2"], "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
        ])
    func query(items: [String: String], signature: String) {
        let request = SignatureV4.Request(
            method: "GET", path: "/", query: items.map { ($0.key, $0.value) },
            headers: [
                ("Host", host), ("x-amz-content-sha256", SignatureV4.emptyPayload),
                ("x-amz-date", SignatureV4.stamp(moment)),
            ], payload: SignatureV4.emptyPayload)
        #expect(signer.authorization(request, at: moment).hasSuffix("Signature=\(signature)"))
    }

    @Test("a URL that carries its permission for a day")
    func presigned() {
        let request = SignatureV4.Request(
            method: "GET", path: "/test.txt", headers: [("host", host)], payload: SignatureV4.unsignedPayload)
        let query = signer.presignedQuery(request, at: moment, expiresInSeconds: 86_400)
        #expect(
            query == "X-Amz-Algorithm=AWS4-HMAC-SHA256"
                + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
                + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
                + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")
    }

    @Test("all but unreserved characters are encoded, byte by byte")
    func encoding() {
        #expect(SignatureV4.encode("aZ09-._~/ 返+") == "aZ09-._~%2F%20%E8%BF%94%2B")
        #expect(SignatureV4.encode("/a/b c", keepsSlashes: true) == "/a/b%20c")
    }

    @Test("a secret is not printed")
    func secret() {
        var dumped = "\(signer) \(String(reflecting: signer))"
        dump(signer, to: &dumped)
        #expect(!dumped.contains("wJalr"))
    }
}
