import Hummingbird

/// The URLs of conversations, messages, notifications and deployments; the second page of ``PlatformAPI/routes``.
extension PlatformAPI {
    private var access: ConversationAccess { ConversationAccess(engine: engine) }

    var conversationRoutes: [Route<Principal>] {
        let conversations = ConversationRoutes(engine: engine, access: access, files: media.links)
        let analytics = DetailsQueryRoutes(engine: engine, access: access)
        let disconnect = Access.anyOf("conversation:communication:disconnect", "conversation:message:park")
        return [
            .get("/api/v2/conversations", .signedIn, conversations.list),
            .get("/api/v2/conversations/{conversationId}", "conversation:communication:view", conversations.get),
            .delete(
                "/api/v2/conversations/{conversationId}", "conversation:communication:disconnect",
                conversations.disconnect),
            .post(
                "/api/v2/conversations/{conversationId}/disconnect", "conversation:communication:disconnect",
                conversations.disconnect),
            .get("/api/v2/conversations/messages", .signedIn, conversations.listMessages),
            .get("/api/v2/conversations/messages/{conversationId}", .signedIn, conversations.getMessages),
            .patch("/api/v2/conversations/messages/{conversationId}", disconnect, conversations.update),
            .post(
                "/api/v2/analytics/conversations/details/query", "analytics:conversationDetail:view", analytics.query),
        ]
    }

    /// Both ways to a participant: below `/conversations/messages/{id}` and below `/conversations/{id}`.
    var participantRoutes: [Route<Principal>] {
        let members = QueueMemberRoutes(engine: engine, users: UserWires(engine: engine))
        let wrapups = WrapupRoutes(engine: engine, access: access, queues: members)
        let participants = ParticipantRoutes(engine: engine, access: access, wrapups: wrapups)
        let transfers = TransferRoutes(engine: engine, access: access)
        let change = Access.anyOf(
            "conversation:participant:wrapup", "conversation:call:record", "conversation:communication:disconnect")
        let transfer = "conversation:communication:blindTransfer"
        let ofMessages = "/api/v2/conversations/messages/{conversationId}/participants/{participantId}"
        let ofAny = "/api/v2/conversations/{conversationId}/participants/{participantId}"
        let both = [ofMessages, ofAny].flatMap { path -> [Route<Principal>] in
            [
                .patch(path, change, participants.update),
                .patch(path + "/attributes", .signedIn, participants.setAttributes),
                .get(path + "/wrapup", .signedIn, wrapups.get),
                .get(path + "/wrapupcodes", .signedIn, wrapups.codes),
                .post(path + "/replace", .anyOf(transfer), transfers.replace),
            ]
        }
        return both + [
            .patch(ofMessages + "/parkingstate", "conversation:message:park", participants.park),
            .patch(ofMessages + "/communications/{communicationId}", .signedIn, participants.updateCommunication),
            .get(ofMessages + "/communications/{communicationId}/wrapup", .signedIn, wrapups.get),
            .post(
                ofMessages + "/communications/{communicationId}/wrapup", "conversation:participant:wrapup",
                wrapups.post),
            .post(ofAny + "/replace/agent", .anyOf(transfer, transfer + "Agent"), transfers.replaceByAgent),
            .post(ofAny + "/replace/queue", .anyOf(transfer, transfer + "Queue"), transfers.replaceByQueue),
        ]
    }

    var messageRoutes: [Route<Principal>] {
        let messages = MessageRoutes(engine: engine, access: access, media: media)
        let files = MediaRoutes(library: media, access: access)
        let write = Access.anyOf("conversation:message:create", "conversation:webmessaging:create")
        let read = Access.anyOf("conversation:message:view", "conversation:webmessaging:view")
        let conversation = "/api/v2/conversations/messages/{conversationId}"
        let leg = conversation + "/communications/{communicationId}"
        return [
            .post(leg + "/messages", write, messages.send),
            .post(leg + "/typing", write, messages.type),
            .post(leg + "/messages/media", write, files.create),
            .post(leg + "/messages/media/uploads", write, files.createUpload),
            .get(leg + "/messages/media/limits", write, files.limits),
            .get(leg + "/messages/media/{mediaId}", read, files.get),
            .get(conversation + "/messages/{messageId}", read, messages.get),
            .post(conversation + "/messages/bulk", read, messages.bulk),
            .get("/api/v2/conversations/messages/{messageId}/details", read, messages.details),
        ]
    }

    var notificationRoutes: [Route<Principal>] {
        let routes = NotificationRoutes(channels: channels, address: address)
        let channel = "/api/v2/notifications/channels/{channelId}"
        return [
            .get("/api/v2/notifications/availabletopics", .signedIn, routes.catalogue),
            .get("/api/v2/notifications/channels", .signedIn, routes.list),
            .post("/api/v2/notifications/channels", .signedIn, routes.create),
            .head(channel, .signedIn, routes.check),
            .get(channel + "/subscriptions", .signedIn, routes.subscriptions),
            .post(channel + "/subscriptions", .signedIn, routes.add),
            .put(channel + "/subscriptions", .signedIn, routes.replace),
            .delete(channel + "/subscriptions", .signedIn, routes.clear),
        ]
    }

    var deploymentRoutes: [Route<Principal>] {
        let deployments = DeploymentRoutes(engine: engine, address: address)
        let configurations = ConfigurationRoutes(engine: engine)
        let deployment = DeploymentRoutes.path + "/{deploymentId}"
        let configuration = ConfigurationRoutes.path + "/{configurationId}"
        let edit = Access.anyOf("webDeployments:configuration:edit", "webDeployments:configuration:add")
        return [
            .get(DeploymentRoutes.path, "webDeployments:deployment:view", deployments.list),
            .post(DeploymentRoutes.path, "webDeployments:deployment:add", deployments.deployments.create),
            .get(deployment, "webDeployments:deployment:view", deployments.deployments.get),
            .put(deployment, "webDeployments:deployment:edit", deployments.deployments.replace),
            .delete(deployment, "webDeployments:deployment:delete", deployments.deployments.delete),
            .get(deployment + "/configurations", "webDeployments:deployment:view", deployments.activeConfiguration),
            .get(ConfigurationRoutes.path, "webDeployments:configuration:view", configurations.list),
            .post(ConfigurationRoutes.path, "webDeployments:configuration:add", configurations.create),
            .delete(configuration, "webDeployments:configuration:delete", configurations.delete),
            .get(configuration + "/versions", "webDeployments:configuration:view", configurations.versions),
            .get(configuration + "/versions/draft", "webDeployments:configuration:view", configurations.draft),
            .put(configuration + "/versions/draft", edit, configurations.updateDraft),
            .post(configuration + "/versions/draft/publish", edit, configurations.publish),
            .get(configuration + "/versions/{versionId}", "webDeployments:configuration:view", configurations.version),
        ]
    }

    var entryPointRoutes: [Route<Principal>] {
        let entryPoints = EntryPointRoutes(engine: engine, address: address)
        let page = EntryPage(engine: engine)
        let resource = entryPoints.resource
        let entryPoint = EntryPointRoutes.path + "/{entryPointId}"
        return [
            .get("/m/{entryPointId}", .anyone, page.show),
            .get(EntryPointRoutes.path, "messaging:entryPoint:view", resource.list),
            .post(EntryPointRoutes.path, "messaging:entryPoint:add", resource.create),
            .get(entryPoint, "messaging:entryPoint:view", resource.get),
            .put(entryPoint, "messaging:entryPoint:edit", resource.replace),
            .delete(entryPoint, "messaging:entryPoint:delete", resource.delete),
            .get(entryPoint + "/qr.svg", "messaging:entryPoint:view", entryPoints.qrCode),
        ]
    }

    var integrationRoutes: [Route<Principal>] {
        let integrations = IntegrationRoutes(engine: engine)
        let credentials = CredentialRoutes(engine: engine)
        let integration = IntegrationRoutes.path + "/{integrationId}"
        let credential = CredentialRoutes.path + "/{credentialId}"
        let view: Access = "integrations:integration:view"
        let edit: Access = "integrations:integration:edit"
        return [
            .get(IntegrationRoutes.path, view, integrations.resource.list),
            .post(IntegrationRoutes.path, "integrations:integration:add", integrations.resource.create),
            .get(IntegrationRoutes.path + "/types", view, integrations.types),
            .get(IntegrationRoutes.path + "/types/{typeId}", view, integrations.type),
            .get(CredentialRoutes.path, view, credentials.resource.list),
            .post(CredentialRoutes.path, edit, credentials.resource.create),
            .get(CredentialRoutes.path + "/types", view, credentials.types),
            .get(credential, view, credentials.resource.get),
            .put(credential, edit, credentials.resource.replace),
            .delete(credential, edit, credentials.resource.delete),
            .get(integration, view, integrations.resource.get),
            .patch(integration, edit, integrations.resource.update),
            .delete(integration, "integrations:integration:delete", integrations.delete),
            .get(integration + "/config/current", view, integrations.current),
            .put(integration + "/config/current", edit, integrations.replaceCurrent),
        ]
    }
}
