/// The messages of a conversation: those that are here, then each new one. In order, each once, over any number of
/// reconnects. Any number of sequences may be read at the same time; one ends when its task is cancelled.
public struct MessageSequence: AsyncSequence, Sendable {
    public typealias Element = Message
    public typealias Failure = Never

    let messenger: Messenger

    public func makeAsyncIterator() -> Iterator { Iterator(messenger: messenger) }

    /// A reader with a place of its own: a slow one costs no memory and misses nothing.
    public struct Iterator: AsyncIteratorProtocol, Sendable {
        public typealias Failure = Never
        private let messenger: Messenger
        private let news = Signal()
        private var position = 0
        private var isListening = false

        init(messenger: Messenger) { self.messenger = messenger }

        public mutating func next() async -> Message? {
            if !isListening { await messenger.raise(news) }
            isListening = true
            while !Task.isCancelled {
                if let (message, next) = await messenger.message(at: position) {
                    position = next
                    return message
                }
                await news.wait()
            }
            return nil
        }
    }
}

/// Readers that are told of something new; one that is gone is forgotten.
struct Readers {
    private struct Reader {
        weak var news: Signal?
    }

    private var readers: [Reader] = []

    mutating func add(_ news: Signal) {
        readers.removeAll { $0.news == nil }
        readers.append(Reader(news: news))
    }

    func raise() {
        for reader in readers { reader.news?.raise() }
    }
}
