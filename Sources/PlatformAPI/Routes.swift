import Hummingbird

/// Every URL of the API on one page: method, path, who may use it, who answers. A permission is any one of those named;
/// what a caller may see of a conversation is decided by ``ConversationAccess`` behind it.
extension PlatformAPI {
    var routes: [Route<Principal>] {
        openRoutes + identityRoutes + peopleRoutes + queueRoutes + skillRoutes + messagingRoutes + inboundRoutes
            + conversationRoutes + assignmentRoutes + participantRoutes + messageRoutes + searchRoutes
            + notificationRoutes + deploymentRoutes + entryPointRoutes + integrationRoutes + journeyRoutes
            + routingRoutes + groupRoutes + afterCallWorkRoutes + decisionRoutes + scheduleRoutes + observationRoutes
            + predictorRoutes
    }

    private var access: ConversationAccess { ConversationAccess(engine: engine) }

    /// Without a token of OAuth: signing in, what messengers read, links that carry their permission, health.
    private var openRoutes: [Route<Principal>] {
        let token = TokenEndpoint(directory: engine.directory, tokens: tokens, limit: signInLimit)
        let authorize = AuthorizeEndpoint(
            directory: engine.directory, tokens: tokens, limit: signInLimit, passwords: passwords)
        let deployment = PublicDeployment(engine: engine, address: address, previewHosts: linkPreviews.serverHosts)
        let media = MediaRoutes(library: media, access: access)
        let health = HealthRoutes(readiness: readiness)
        let history = GuestHistory(
            engine: engine, tokens: guestTokens, files: self.media.links, limits: guestLimits)
        let devices = PushDeviceRoutes(engine: engine, limits: guestLimits)
        let previews = GuestLinkPreviews(
            engine: engine, tokens: guestTokens, previews: linkPreviews, links: self.media.links.signer,
            address: address, limit: RateLimit(RateLimitConfiguration(requestsMax: guestLimits.linkPreviewsPerMinute)))
        let survey = GuestSurvey(
            engine: engine, tokens: guestTokens,
            limit: RateLimit(RateLimitConfiguration(requestsMax: guestLimits.surveysPerMinute)))
        let guestFiles = GuestUploadRoutes(
            files: GuestFiles(engine: engine, library: self.media, limits: guestLimits))
        let signIn = SignInRoutes(
            engine: engine, address: address, tokens: signIns, providers: identityProviders, limit: guestSignInLimit)
        // Beside the bytes a form has heads of its own.
        let uploadBytesMax = self.media.limits.bytesMax + (64 << 10)
        return [
            .post("/oauth/token", .anyone, token.issue),
            .get("/oauth/authorize", .anyone, authorize.show),
            .post("/oauth/authorize", .anyone, authorize.signIn),
            .get("/logout", .anyone, authorize.logout),
            .get("/webdeployments/v1/deployments/{deploymentId}/config.json", .anyone, deployment.configuration),
            .get("/webdeployments/v1/deployments/{deploymentId}/domains.json", .anyone, deployment.domains),
            .get("/api/v2/webmessaging/messages", .anyone, history.list),
            .post(PushDeviceRoutes.path, .anyone, devices.register),
            .patch(PushDeviceRoutes.path, .anyone, devices.update),
            .delete(PushDeviceRoutes.path, .anyone, devices.remove),
            .post(SignInRoutes.path + "/oauthcodegrantjwtexchange", .anyone, signIn.exchange),
            .post(SignInRoutes.path + "/refresh", .anyone, signIn.refresh),
            .delete(SignInRoutes.path + "/revoke", .anyone, signIn.revoke),
            .get("/api/v2/webmessaging/linkpreviews", .anyone, previews.preview),
            .get("/previews/{deploymentId}/{expires}/{signature}", .anyone, previews.image),
            Route(
                .post, "/api/v2/webmessaging/survey", .anyone, bodyBytesMax: 4 * GuestSurvey.commentBytesMax,
                handler: survey.answer),
            .get("/desktop/config.json", .anyone, DesktopRoutes(directory: engine.directory).configuration),
            .get("/downloads/{mediaId}/{expires}/{signature}", .anyone, media.download),
            Route(
                .put, "/uploads/{mediaId}/{signature}", .anyone, bodyBytesMax: uploadBytesMax, handler: media.upload),
            Route(
                .post, "/uploads/{mediaId}/{signature}", .anyone, bodyBytesMax: uploadBytesMax, handler: media.upload),
            .put("/uploads/{mediaId}/{expires}/{signature}", .anyone, guestFiles.put),
            .get("/health", .anyone, health.live),
            .get("/health/live", .anyone, health.live),
            .get("/health/ready", .anyone, health.ready),
            .get("/metrics", .anyone, metrics.show),
        ]
    }

    private var identityRoutes: [Route<Principal>] {
        let token = TokenRoutes(engine: engine, tokens: tokens, channels: channels)
        let organization = OrganizationRoutes(directory: engine.directory)
        return [
            .get("/api/v2/tokens/me", .signedIn, token.me),
            .delete("/api/v2/tokens/me", .signedIn, token.deleteMe),
            .delete("/api/v2/tokens/{userId}", "oauth:token:delete", token.deleteUser),
            .get("/api/v2/organizations/me", .signedIn, organization.me),
            .get("/api/v2/authorization/divisions", .signedIn, organization.divisions),
            .get("/api/v2/authorization/divisions/home", .signedIn, organization.homeDivision),
            .get("/api/v2/authorization/divisions/{divisionId}", .signedIn, organization.division),
            .get("/api/v2/authorization/roles", "authorization:role:view", organization.roles),
        ]
    }

    private var peopleRoutes: [Route<Principal>] {
        let users = UserRoutes(
            engine: engine, wires: UserWires(engine: engine), tokens: tokens, channels: channels,
            passwords: passwords)
        let state = AgentStateRoutes(engine: engine)
        let presences = PresenceDefinitionRoutes(engine: engine)
        return [
            .get("/api/v2/users", .signedIn, users.list),
            .post("/api/v2/users", "directory:user:add", users.create),
            .get("/api/v2/users/me", .signedIn, users.me),
            .post("/api/v2/users/me/password", .signedIn, users.changePassword),
            .get("/api/v2/users/{userId}", .signedIn, users.get),
            .patch("/api/v2/users/{userId}", "directory:user:edit", users.update),
            .delete("/api/v2/users/{userId}", "directory:user:delete", users.delete),
            .post("/api/v2/users/{userId}/password", "directory:user:setPassword", users.setPassword),
            .get("/api/v2/users/{userId}/presences/{sourceId}", .signedIn, state.presence),
            .patch("/api/v2/users/{userId}/presences/{sourceId}", .signedIn, state.setPresence),
            .get("/api/v2/users/{userId}/routingstatus", .signedIn, state.status),
            .put("/api/v2/users/{userId}/routingstatus", .signedIn, state.setStatus),
            .get("/api/v2/presence/definitions", "presence:presenceDefinition:view", presences.list),
            .post("/api/v2/presence/definitions", "presence:presenceDefinition:add", presences.resource.create),
            .get(
                "/api/v2/presence/definitions/{definitionId}", "presence:presenceDefinition:view",
                presences.resource.get),
            .put(
                "/api/v2/presence/definitions/{definitionId}", "presence:presenceDefinition:edit",
                presences.resource.replace),
            .delete(
                "/api/v2/presence/definitions/{definitionId}",
                .anyOf("presence:presenceDefinition:delete", "presence:presenceDefinition:edit"), presences.delete),
            .get("/api/v2/presencedefinitions", .signedIn, presences.listOlder),
        ]
    }

    private var queueRoutes: [Route<Principal>] {
        let queues = QueueRoutes(engine: engine)
        let members = QueueMemberRoutes(engine: engine, users: UserWires(engine: engine))
        let manage = Access.anyOf("routing:queue:edit", "routing:queueMember:manage")
        let join = Access.anyOf("routing:queue:join", "routing:queueMember:manage")
        return [
            .get(QueueRoutes.path, "routing:queue:view", queues.list),
            .post(QueueRoutes.path, "routing:queue:add", queues.resource.create),
            .get(QueueRoutes.path + "/divisionviews", "routing:queue:search", queues.divisionViews),
            .get(QueueRoutes.path + "/divisionviews/all", "routing:queue:search", queues.divisionViews),
            .get(QueueRoutes.path + "/me", .signedIn, queues.mine),
            .get(QueueRoutes.path + "/{queueId}", "routing:queue:view", queues.resource.get),
            .put(QueueRoutes.path + "/{queueId}", "routing:queue:edit", queues.resource.replace),
            .delete(QueueRoutes.path + "/{queueId}", "routing:queue:delete", queues.delete),
            .get(
                QueueRoutes.path + "/{queueId}/members",
                .anyOf(
                    "routing:queue:view", "routing:queue:edit", "routing:queue:readonly", "routing:queueMember:manage"),
                members.list),
            .post(QueueRoutes.path + "/{queueId}/members", manage, members.change),
            .patch(QueueRoutes.path + "/{queueId}/members", manage, members.update),
            .patch(QueueRoutes.path + "/{queueId}/members/{memberId}", manage, members.updateOne),
            .delete(QueueRoutes.path + "/{queueId}/members/{memberId}", manage, members.remove),
            .get(QueueRoutes.path + "/{queueId}/wrapupcodes", "routing:queue:view", members.listCodes),
            .post(QueueRoutes.path + "/{queueId}/wrapupcodes", "routing:queue:edit", members.addCodes),
            .delete(QueueRoutes.path + "/{queueId}/wrapupcodes/{codeId}", "routing:queue:edit", members.removeCode),
            .get("/api/v2/users/{userId}/queues", "routing:queue:view", queues.ofUser),
            .patch("/api/v2/users/{userId}/queues", join, queues.join),
            .patch("/api/v2/users/{userId}/queues/{queueId}", join, queues.joinOne),
        ]
    }

    private var skillRoutes: [Route<Principal>] {
        let kinds = SkillRoutes(engine: engine)
        let skills = UserSkillRoutes(engine: engine, flavour: .skill)
        let languages = UserSkillRoutes(engine: engine, flavour: .language)
        let codes = WrapupCodeRoutes(engine: engine).resource
        let utilization = UtilizationRoutes(directory: engine.directory)
        let ofUser = "/api/v2/users/{userId}"
        let assignLanguage = Access.anyOf("routing:skill:assign", "routing:language:assign")
        let seeUtilization = Access.anyOf("routing:utilization:manage", "routing:utilization:view")
        return [
            .get("/api/v2/routing/skills", "routing:skill:view", kinds.skills.list),
            .post(
                "/api/v2/routing/skills", .anyOf("routing:skill:manage", "routing:skill:create"), kinds.skills.create),
            .get("/api/v2/routing/skills/{skillId}", "routing:skill:view", kinds.skills.get),
            .patch("/api/v2/routing/skills/{skillId}", "routing:skill:update", kinds.skills.update),
            .delete(
                "/api/v2/routing/skills/{skillId}", .anyOf("routing:skill:manage", "routing:skill:delete"),
                kinds.deleteSkill),
            .get("/api/v2/routing/languages", .signedIn, kinds.languages.list),
            .post("/api/v2/routing/languages", "routing:skill:manage", kinds.languages.create),
            .get("/api/v2/routing/languages/{languageId}", .signedIn, kinds.languages.get),
            .delete("/api/v2/routing/languages/{languageId}", "routing:skill:manage", kinds.deleteLanguage),
            .get(ofUser + "/routingskills", .signedIn, skills.list),
            .post(ofUser + "/routingskills", "routing:skill:assign", skills.add),
            .patch(ofUser + "/routingskills/bulk", "routing:skill:assign", skills.merge),
            .put(ofUser + "/routingskills/bulk", "routing:skill:assign", skills.replaceAll),
            .put(ofUser + "/routingskills/{skillId}", "routing:skill:assign", skills.set),
            .delete(ofUser + "/routingskills/{skillId}", "routing:skill:assign", skills.remove),
            .get(ofUser + "/routinglanguages", .signedIn, languages.list),
            .post(ofUser + "/routinglanguages", assignLanguage, languages.add),
            .patch(ofUser + "/routinglanguages/bulk", assignLanguage, languages.merge),
            .patch(ofUser + "/routinglanguages/{languageId}", assignLanguage, languages.set),
            .delete(ofUser + "/routinglanguages/{languageId}", assignLanguage, languages.remove),
            .get("/api/v2/routing/wrapupcodes", "routing:wrapupCode:view", codes.list),
            .post("/api/v2/routing/wrapupcodes", "routing:wrapupCode:add", codes.create),
            .get("/api/v2/routing/wrapupcodes/{codeId}", "routing:wrapupCode:view", codes.get),
            .put("/api/v2/routing/wrapupcodes/{codeId}", "routing:wrapupCode:edit", codes.replace),
            .delete("/api/v2/routing/wrapupcodes/{codeId}", "routing:wrapupCode:delete", codes.delete),
            .get("/api/v2/routing/utilization", seeUtilization, utilization.get),
            .put("/api/v2/routing/utilization", "routing:utilization:manage", utilization.set),
            .delete("/api/v2/routing/utilization", "routing:utilization:manage", utilization.reset),
            .get("/api/v2/routing/users/{userId}/utilization", seeUtilization, utilization.getUser),
            .put("/api/v2/routing/users/{userId}/utilization", "routing:utilization:manage", utilization.setUser),
            .delete("/api/v2/routing/users/{userId}/utilization", "routing:utilization:manage", utilization.resetUser),
        ]
    }

    private var messagingRoutes: [Route<Principal>] {
        let open = OpenIntegrationRoutes(engine: engine)
        let recipients = RecipientRoutes(directory: engine.directory)
        let settings = MessagingSettingRoutes(directory: engine.directory, fileTypes: media.limits.types)
        let messaging = "/api/v2/conversations/messaging"
        return [
            .get(messaging + "/integrations", "messaging:integration:view", open.listAll),
            .get(OpenIntegrationRoutes.path, "messaging:integration:view", open.resource.list),
            .post(OpenIntegrationRoutes.path, "messaging:integration:add", open.create),
            .get(OpenIntegrationRoutes.path + "/{integrationId}", "messaging:integration:view", open.resource.get),
            .patch(OpenIntegrationRoutes.path + "/{integrationId}", "messaging:integration:edit", open.update),
            .delete(OpenIntegrationRoutes.path + "/{integrationId}", "messaging:integration:delete", open.delete),
            .get(RecipientRoutes.path, "routing:message:manage", recipients.list),
            .get(RecipientRoutes.path + "/{recipientId}", "routing:message:manage", recipients.get),
            .put(RecipientRoutes.path + "/{recipientId}", "routing:message:manage", recipients.replace),
            .get(messaging + "/threadingtimeline", "conversation:threadingTimeline:view", settings.timeline),
            .put(messaging + "/threadingtimeline", "conversation:threadingTimeline:edit", settings.setTimeline),
            .get(messaging + "/settings", "messaging:setting:view", settings.settings),
            .get(messaging + "/settings/default", "messaging:setting:view", settings.defaultSetting),
            .get(messaging + "/settings/{messageSettingId}", "messaging:setting:view", settings.settingByID),
            .get(messaging + "/supportedcontent", "messaging:supportedContent:view", settings.contents),
            .get(messaging + "/supportedcontent/default", "messaging:supportedContent:view", settings.defaultContent),
            .get(
                messaging + "/supportedcontent/{supportedContentId}", "messaging:supportedContent:view",
                settings.contentByID),
        ]
    }

    private var searchRoutes: [Route<Principal>] {
        let transcripts = TranscriptSearchRoutes(engine: engine, access: access)
        return [
            .post(
                "/api/v2/speechandtextanalytics/transcripts/search",
                .anyOf("speechAndTextAnalytics:data:view", "conversation:message:view"), transcripts.search)
        ]
    }

    private var inboundRoutes: [Route<Principal>] {
        let inbound = OpenInboundRoutes(engine: engine)
        let ofIntegration = "/api/v2/conversations/messages/{integrationId}/inbound/open"
        let receive: Access = "conversation:message:receive"
        return [
            .post("/api/v2/conversations/messages/inbound/open", receive, inbound.olderMessage),
            .post(ofIntegration + "/message", receive, inbound.message),
            .post(ofIntegration + "/event", receive, inbound.event),
            .post(ofIntegration + "/receipt", receive, inbound.receipt),
            .post(ofIntegration + "/structured/response", receive, inbound.structuredResponse),
        ]
    }
}
