import EngawaMessenger
import Foundation

/// What a customer of the tests does next: one line of JSON.
struct Step: Decodable, Sendable {
    /// The name of the deed, see ``Customer/perform(_:)``.
    let does: String
    /// Which step is answered.
    let number: Int
    var server: String?
    var deployment: String?
    /// The folder that a device keeps its secrets in.
    var store: String?
    var origin: String?
    var text: String?
    var texts: [String]?
    var values: [String: String]?
    var path: String?
    var type: String?
    var index: Int?

    /// What the deed cannot do without.
    func need<Value>(_ path: KeyPath<Step, Value?>) throws -> Value {
        guard let value = self[keyPath: path] else { throw StepError.incomplete(does) }
        return value
    }
}

/// A step that makes no sense here.
enum StepError: Error {
    case unknown(String)
    case incomplete(String)
    /// The content that the step answers was not shown.
    case notShown(String)
    case notHere
}
