import ContactCenter
import Engine

/// What capacities must be beyond their types and bounds: of media and labels that exist.
struct UtilizationCheck {
    let directory: Directory

    /// Refuses a body that passed the model `UtilizationRequest`, naming the member.
    func check(_ body: JSONValue) throws(APIError) {
        for (medium, limit) in sorted(body["utilization"]) {
            try check(medium: medium, field: "utilization")
            for other in limit["interruptableMediaTypes"]?.array?.compactMap(\.string) ?? [] {
                try check(medium: other, field: "utilization.\(medium).interruptableMediaTypes")
            }
        }
        for (label, limit) in sorted(body["labelUtilizations"]) {
            try check(label: label, field: "labelUtilizations")
            try checkInterrupting(limit, field: "labelUtilizations.\(label)")
        }
    }

    /// Refuses interrupting labels that do not exist.
    func checkInterrupting(_ limit: JSONValue, field: String) throws(APIError) {
        for label in limit["interruptingLabelIds"]?.array?.compactMap(\.string) ?? [] {
            try check(label: label, field: field + ".interruptingLabelIds")
        }
    }

    private func check(medium: String, field: String) throws(APIError) {
        guard MediaType(rawValue: medium) == nil else { return }
        let known = MediaType.allCases.map(\.rawValue).sorted()
        throw .invalidValue(field, medium, allowed: known.joined(separator: ", "))
    }

    private func check(label: String, field: String) throws(APIError) {
        guard directory.find(.utilizationLabel, label) == nil else { return }
        throw .invalidValue(field, String(label.prefix(80)))
    }

    private func sorted(_ members: JSONValue?) -> [(key: String, value: JSONValue)] {
        (members?.object ?? [:]).sorted { $0.key < $1.key }
    }
}
