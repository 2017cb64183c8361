/// Who works in the demonstration, and with what.
enum DemoPeople {
    struct Person {
        let name: String
        let email: String
        let title: String
        let role: String
        let queues: [String]
        let skills: [String]
    }

    static let people = [
        Person(
            name: "Hana Mori", email: "hana@example.org", title: "Support agent", role: "agent", queues: ["Support"],
            skills: ["Japanese", "Orders"]),
        Person(
            name: "Kenji Sato", email: "kenji@example.org", title: "Support agent", role: "agent",
            queues: ["Support", "Sales"], skills: ["Japanese", "English", "Billing"]),
        Person(
            name: "Alex Rivera", email: "alex@example.org", title: "Sales agent", role: "agent", queues: ["Sales"],
            skills: ["English", "Products"]),
        Person(
            name: "Yuki Tanaka", email: "yuki@example.org", title: "Team lead", role: "supervisor", queues: [],
            skills: []),
        Person(
            name: "Mio Ito", email: "mio@example.org", title: "Administrator", role: "admin", queues: [], skills: []),
    ]

    static let queues = ["Support", "Sales"]
    static let skills = ["Japanese", "English", "Billing", "Orders", "Products"]
    static let wrapupCodes = ["Solved", "Information given", "Follow-up needed", "Order taken", "Wrong address"]
}
