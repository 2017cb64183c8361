extension ModelTable {
    /// Integrations and their credentials: the API's own models in the notation of ``ModelTable``.
    static let integrations = """
        CreateIntegrationRequest: id s, name! s, integrationType! IntegrationType
        Integration: id s, name s, integrationType IntegrationType, notes s,
            intendedState s=ENABLED|DISABLED|DELETED|RESTORED, attributes {s}
        IntegrationType: id! s, name s
        IntegrationConfiguration: id s, name s, version i, properties o, advanced o, notes s,
            credentials {CredentialInfo}
        CredentialInfo: id! s, name s
        Credential: id s, name! s, type! CredentialType, credentialFields! {s}
        CredentialType: id! s, name s
        """
}
