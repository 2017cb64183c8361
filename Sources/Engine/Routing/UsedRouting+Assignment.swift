import ContactCenter
import Routing

extension UsedRouting {
    /// The platform's name for how an agent was found.
    init(_ assignment: Assignment, under rules: QueueRules) {
        switch assignment.reason {
        case .lastAgent: self = .last
        case .directAgent: self = assignment.interaction.isAssigned ? .manual : .direct
        case .preferredAgent: self = .preferred
        case .predictive: self = .predictive
        case .bestSkills, .longestIdle, .roundRobin, .leastOccupied:
            if !rules.rings.isEmpty {
                self = .bullseye
            } else {
                self = rules.conditionalWaits.isEmpty ? .standard : .conditional
            }
        }
    }
}
