import ContactCenter
import Foundation
import Yams

/// A candidate's file, read as JSON would be.
struct CandidateFile {
    let path: String
    let body: JSONValue

    /// What the candidate is called unless it says so itself.
    var name: String { URL(filePath: path).deletingPathExtension().lastPathComponent }

    /// A configuration of thousands of queues is smaller.
    private static let bytesMax = 4 << 20

    static func read(_ path: String) throws -> CandidateFile {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Refusal("\(path) cannot be read")
        }
        guard data.count <= bytesMax else { throw Refusal("\(path) has more than \(bytesMax) bytes") }
        guard let text = String(data: data, encoding: .utf8) else { throw Refusal("\(path) is not UTF-8") }
        do {
            return CandidateFile(path: path, body: try value(try Yams.load(yaml: text)))
        } catch let error as Refusal { throw Refusal("\(path): \(error)") } catch {
            throw Refusal("\(path) is not YAML: \(error)")
        }
    }

    private static func value(_ any: Any?) throws -> JSONValue {
        switch any {
        case nil, is NSNull: .null
        case let value as Bool: .bool(value)
        case let value as Int: .integer(Int64(value))
        case let value as Double: .number(value)
        case let value as String: .string(value)
        case let value as [Any]: .array(try value.map(Self.value))
        case let value as [AnyHashable: Any]:
            .object(
                try Dictionary(
                    uniqueKeysWithValues: value.map { key, member in
                        guard let key = key as? String else {
                            throw Refusal("the name \(key) is no text: quote it")
                        }
                        return (key, try Self.value(member))
                    }))
        default: throw Refusal("\(any ?? "") is neither text, number, list nor fields")
        }
    }
}
