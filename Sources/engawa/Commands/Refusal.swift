/// Why a command did not do what was asked; for the person at the terminal.
struct Refusal: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
