import ContactCenter
import Engine
import LinkPreviews

/// A web deployment as its guests meet it. Read from the directory each time: what an administrator changes holds at
/// once.
struct DeploymentSettings: Sendable {
    let id: IntegrationID
    let deployment: Entity
    let configuration: Entity?

    /// `nil` when there is no such deployment.
    init?(_ id: IntegrationID, in directory: Directory) {
        guard let deployment = directory.find(.webDeployment, id.description) else { return nil }
        self.id = id
        self.deployment = deployment
        configuration = directory.configuration(ofDeployment: id)
    }

    /// Whether guests may come.
    var isActive: Bool { (deployment.body["status"]?.string ?? "Active") == "Active" }

    private var app: JSONValue? { configuration?.body["messenger"]?["apps"]?["conversations"] }

    /// Whether a guest sees that an agent types. On unless it is switched off.
    var showsAgentTyping: Bool { app?["showAgentTypingIndicator"]?.bool != false }

    /// Whether an agent sees that a guest types. On unless it is switched off.
    var showsGuestTyping: Bool { app?["showUserTypingIndicator"]?.bool != false }

    /// Whether a guest's conversation may begin without a word.
    var startsByItself: Bool { app?["autoStart"]?["enabled"]?.bool == true }

    /// Whether a guest may wipe the conversation.
    var allowsClear: Bool { app?["conversationClear"]?["enabled"]?.bool == true }

    /// Whether a guest is told that the business has left.
    var tellsDisconnect: Bool { app?["conversationDisconnect"]?["enabled"]?.bool == true }

    /// Hosts of which this deployment shows previews, beside the server's own; none of the server's either where the
    /// configuration switches previews off.
    func previewHosts(beside serverHosts: LinkAllowList) -> LinkAllowList {
        let setting = configuration?.body["messenger"]?["linkPreviews"]
        guard setting?["enabled"]?.bool != false else { return LinkAllowList() }
        return serverHosts.adding(deploymentHosts: (setting?["allowedHosts"]?.array ?? []).compactMap(\.string))
    }

    /// Whether a page may connect (reference, Traps: a present `Origin` outside the allowed domains is refused, and
    /// only that; our own host is always allowed). Browsers cannot hide the header, and others could make one up, so
    /// this keeps foreign pages away and nobody else.
    func allows(origin: String?, ownHosts: [String]) -> Bool {
        guard let origin, deployment.body["allowAllDomains"]?.bool != true else { return true }
        let page = WebOrigin(origin)
        if ownHosts.contains(page.host) { return true }
        return (deployment.body["allowedDomains"]?.array ?? []).contains { entry in
            entry.string.map(page.matches(allowed:)) ?? false
        }
    }
}
