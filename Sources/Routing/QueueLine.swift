import ContactCenter

/// Where an interaction stands in its queue's order: higher priority, then who waits longer, then the id.
struct Place: Comparable, Hashable, Sendable {
    let priority: Int
    let since: Instant
    let leg: CommunicationID
    let conversation: ConversationID

    init(_ interaction: WaitingInteraction) {
        priority = interaction.priority
        since = interaction.since
        leg = interaction.leg
        conversation = interaction.conversation
    }

    static func < (left: Self, right: Self) -> Bool {
        if left.priority != right.priority { return left.priority > right.priority }
        if left.since != right.since { return left.since < right.since }
        return left.leg < right.leg
    }

    static func == (left: Self, right: Self) -> Bool {
        left.leg == right.leg && left.conversation == right.conversation
    }
}

/// The interactions of one queue that could be offered now, in order, and once more by the skills that they need.
///
/// An agent who becomes free mostly finds something among the first few. Where the front of the line needs other
/// skills, the lines by skills are looked at instead, of which there are as many as the organisation asks for
/// combinations of skills, however many interactions wait in each.
struct QueueLine: Sendable {
    /// How far an agent looks along the whole line before asking the lines by skills.
    static let frontMax = 32

    private struct SkillLine: Sendable {
        let skills: [SkillID]
        let mask: SkillMask
        var line: OrderedLine<Place>
    }

    private(set) var whole = OrderedLine<Place>()
    private var lines: [SkillLine] = []
    private var indexes: [[SkillID]: Int] = [:]

    var isEmpty: Bool { whole.isEmpty }

    mutating func insert(_ place: Place, skills: [SkillID], mask: SkillMask) {
        whole.insert(place)
        if let index = indexes[skills] { return lines[index].line.insert(place) }
        var line = OrderedLine<Place>()
        line.insert(place)
        indexes[skills] = lines.count
        lines.append(SkillLine(skills: skills, mask: mask, line: line))
    }

    mutating func remove(_ place: Place, skills: [SkillID]) {
        whole.remove(place)
        guard let index = indexes[skills] else { return }
        lines[index].line.remove(place)
        if lines[index].line.isEmpty { dropLine(index) }
    }

    /// The first interaction that somebody with these skills may have; `nil` for skills asks for none of them.
    func first(
        skills: Set<SkillID>?, mask: SkillMask, of places: (Place) -> [SkillID], isFree: (Place) -> Bool
    ) -> Place? {
        guard let skills else { return whole.first(where: isFree) }
        let front = whole.first(among: Self.frontMax) { skills.isSuperset(of: places($0)) && isFree($0) }
        if front != nil || whole.count <= Self.frontMax { return front }
        var best: Place?
        for line in lines where mask.covers(line.mask) {
            guard let first = line.line.first, best.map({ first < $0 }) ?? true, skills.isSuperset(of: line.skills)
            else { continue }
            if let place = line.line.first(where: isFree), best.map({ place < $0 }) ?? true { best = place }
        }
        return best
    }

    private mutating func dropLine(_ index: Int) {
        indexes[lines[index].skills] = nil
        let last = lines.removeLast()
        guard index < lines.count else { return }
        lines[index] = last
        indexes[last.skills] = index
    }
}
