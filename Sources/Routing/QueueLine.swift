import ContactCenter

/// Where an interaction stands among all: whose turn comes earlier, then the leg, so that the same state gives the same
/// answer.
struct Place: Comparable, Hashable, Sendable {
    /// ``QueueRules/order(priority:since:)``: the same scale in every queue.
    let order: Int64
    let leg: CommunicationID
    let conversation: ConversationID

    init(_ interaction: WaitingInteraction, under rules: QueueRules) {
        order = rules.order(priority: interaction.priority, since: interaction.turnSince)
        leg = interaction.leg
        conversation = interaction.conversation
    }

    static func < (left: Self, right: Self) -> Bool {
        left.order == right.order ? left.leg < right.leg : left.order < right.order
    }

    static func == (left: Self, right: Self) -> Bool {
        left.leg == right.leg && left.conversation == right.conversation
    }
}

/// What an agent must bring along for the interactions of one line.
struct Demand: Hashable, Sendable {
    /// Skills that the agent needs; none where skills exclude nobody.
    var skills: [SkillID]
    var stages: Stages
}

/// What an agent brings along.
struct Offer: Sendable {
    let skills: Set<SkillID>
    let mask: SkillMask
    let stages: Stages

    func meets(_ demand: Demand) -> Bool { demand.stages.meets(stages) && skills.isSuperset(of: demand.skills) }
}

/// The interactions of one queue and medium that any fitting agent may have now, in order, and once more by what they
/// demand.
///
/// An agent who becomes free mostly finds something among the first few. Where the front of the line needs others, the
/// lines by demand are looked at instead, of which there are as many as the organisation asks for combinations of
/// skills and rings, however many interactions wait in each.
struct QueueLine: Sendable {
    /// How far an agent looks along the whole line before asking the lines by demand.
    static let frontMax = 32

    private struct DemandLine: Sendable {
        let demand: Demand
        let mask: SkillMask
        var line: OrderedLine<Place>
    }

    private(set) var whole = OrderedLine<Place>()
    private var lines: [DemandLine] = []
    private var indexes: [Demand: Int] = [:]

    var isEmpty: Bool { whole.isEmpty }

    mutating func insert(_ place: Place, _ demand: Demand, mask: SkillMask) {
        whole.insert(place)
        if let index = indexes[demand] { return lines[index].line.insert(place) }
        var line = OrderedLine<Place>()
        line.insert(place)
        indexes[demand] = lines.count
        lines.append(DemandLine(demand: demand, mask: mask, line: line))
    }

    mutating func remove(_ place: Place, _ demand: Demand) {
        whole.remove(place)
        guard let index = indexes[demand] else { return }
        lines[index].line.remove(place)
        if lines[index].line.isEmpty { dropLine(index) }
    }

    /// The first interaction that an agent may have.
    func first(for offer: Offer, demandOf: (Place) -> Demand?, isFree: (Place) -> Bool) -> Place? {
        let front = whole.first(among: Self.frontMax) { place in
            demandOf(place).map(offer.meets) == true && isFree(place)
        }
        if front != nil || whole.count <= Self.frontMax { return front }
        var best: Place?
        for line in lines where offer.mask.covers(line.mask) {
            guard let first = line.line.first, best.map({ first < $0 }) ?? true, offer.meets(line.demand) else {
                continue
            }
            if let place = line.line.first(where: isFree), best.map({ place < $0 }) ?? true { best = place }
        }
        return best
    }

    private mutating func dropLine(_ index: Int) {
        indexes[lines[index].demand] = nil
        let last = lines.removeLast()
        guard index < lines.count else { return }
        lines[index] = last
        indexes[last.demand] = index
    }
}

/// The lines of one queue, by medium.
struct QueueLines: Sendable {
    private var lines = [QueueLine](repeating: QueueLine(), count: MediaType.allCases.count)

    subscript(media: MediaType) -> QueueLine {
        _read { yield lines[media.ordinal] }
        _modify { yield &lines[media.ordinal] }
    }

    var isEmpty: Bool { lines.allSatisfy(\.isEmpty) }
}
