import EngawaMessenger
import Foundation

/// A customer with an app: does what is written on standard input, a step a line, and tells on standard output what
/// happens. The conversations of the system tests are held through it.
@main
struct Customer {
    static func main() async throws {
        let customer = Person()
        for await line in lines() {
            guard let step = try? JSONDecoder().decode(Step.self, from: Data(line.utf8)) else {
                Report.tell("unreadable", ["line": .string(line)])
                continue
            }
            let number = JSON.number(Double(step.number))
            do {
                let answer = try await customer.perform(step)
                Report.tell("done", ["number": number, "answer": answer])
            } catch {
                Report.tell(
                    "refused", ["number": number, "code": Report.code(error), "error": .string("\(error)")])
            }
        }
        await customer.goes()
    }

    /// The lines of standard input. Read on a thread of its own, because reading one waits.
    private static func lines() -> AsyncStream<String> {
        let (lines, continuation) = AsyncStream.makeStream(of: String.self)
        Thread.detachNewThread {
            while let line = readLine() { continuation.yield(line) }
            continuation.finish()
        }
        return lines
    }
}
