extension ModelTable {
    /// Skills, languages, wrap-up codes, utilisation: the API's own models in the notation of ``ModelTable``.
    static let skills = """
        CreateRoutingSkill: name! s, divisionId s
        UpdateSkillDivisionRequest: divisionId s
        Language: id s, name! s, state s=active|inactive|deleted, version s
        UserRoutingSkillPost: id! s, proficiency! n[0..5], skillUri s
        UserRoutingSkill: id s, name s, proficiency n[0..5], state s=active|inactive|deleted, skillUri s
        UserRoutingLanguagePost: id! s, proficiency! n[0..5], languageUri s
        UserRoutingLanguage: id s, name s, proficiency n[0..5], state s=active|inactive|deleted, languageUri s
        UtilizationRequest: utilization {MediaUtilization}, labelUtilizations {LabelUtilizationRequest},
            maxInboundCalls i
        WrapupCodeRequest: id s, name! s, division WritableStarrableDivision, description s, createdBy s, modifiedBy s
        WrapUpCodeReference: id s
        MediaUtilization: maximumCapacity i[0..25], interruptableMediaTypes [s], includeNonAcd b
        LabelUtilizationRequest: maximumCapacity i[0..25], interruptingLabelIds [s]
        WritableStarrableDivision: id s, name s
        SkillGroupWithMemberDivisions: id s, name! s, division WritableDivision, description s,
            skillConditions! [SkillGroupCondition], memberDivisions [s]
        SkillGroup: id s, name s, division WritableDivision, description s, skillConditions! [SkillGroupCondition]
        SkillGroupCondition: routingSkillConditions [SkillGroupRoutingCondition],
            languageSkillConditions [SkillGroupLanguageCondition], operation! s=And|Not|Or
        SkillGroupRoutingCondition: routingSkill! s, comparator!
            s=EqualTo| NotEqualTo| LessThan| GreaterThan| GreaterThanOrEqualTo| LessThanOrEqualTo,
            proficiency! i[0..5], childConditions [SkillGroupCondition]
        SkillGroupLanguageCondition: languageSkill! s, comparator!
            s=EqualTo| NotEqualTo| LessThan| GreaterThan| GreaterThanOrEqualTo| LessThanOrEqualTo,
            proficiency! i[0..5], childConditions [SkillGroupCondition]
        SkillGroupMemberDivisions: addDivisionIds [s], removeDivisionIds [s]
        CreateUtilizationLabelRequest: name! s, utilization LabelUtilizationRequest
        UpdateUtilizationLabelRequest: name! s
        RoutingSettings: resetAgentScoreOnPresenceChange b
        ContactCenterSettings: removeSkillsFromBlindTransfer b
        """
}
