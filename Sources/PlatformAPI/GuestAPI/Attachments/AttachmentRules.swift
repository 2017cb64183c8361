import ContactCenter
import Engine
import Foundation

/// Which files the guests of a deployment may send: `messenger.fileUpload.modes` of its configuration, narrowed by the
/// deployment's supported content and by our own limits (reference, B.7, B.11 and B.12).
struct AttachmentRules: Sendable {
    /// A media type, whole or with a star.
    struct FileType: JSONWritable {
        var type: String

        func write(to json: inout JSONWriter) { json.object { $0.member("type", type) } }
    }

    private struct Mode {
        var types: [String]
        var kilobytesMax: Int64
    }

    let limits: GuestLimits
    private let modes: [Mode]
    private let judgement: FileJudgement

    /// Without a deployment nothing is allowed.
    init(_ settings: DeploymentSettings?, limits: GuestLimits) {
        self.limits = limits
        let upload = settings?.configuration?.body["messenger"]?["fileUpload"]
        let most = Int64(limits.files.bytesMax >> 10)
        if upload?["enableAttachments"]?.bool == false {
            modes = []
        } else {
            modes = (upload?["modes"]?.array ?? []).map { mode in
                Mode(
                    types: (mode["fileTypes"]?.array ?? []).compactMap { $0.string?.lowercased() },
                    kilobytesMax: min(max(mode["maxFileSizeKB"]?.integer ?? most, 0), most))
            }
        }
        let allowed = settings?.deployment.body["supportedContent"]?["mediaTypes"]?["allow"]
        judgement = FileJudgement(limits.files, supported: allowed?["inbound"])
    }

    /// Whether any file is allowed.
    var isOn: Bool { modes.contains { !$0.types.isEmpty && $0.kilobytesMax > 0 } }

    /// What a client may offer to choose from.
    var fileTypes: [FileType] {
        var seen = Set<String>()
        return modes.flatMap(\.types).filter { seen.insert($0).inserted }.map(FileType.init)
    }

    /// The largest size of any type.
    var kilobytesMax: Int64 { modes.map(\.kilobytesMax).max() ?? 0 }

    /// Holds an announced file to the rules.
    func check(name: String, type: String, bytes: Int64) throws(GuestError) {
        guard isOn else { throw .attachmentsOff }
        do {
            try check(name, FileJudgement.plain(type), bytes)
        } catch {
            throw GuestError(error)
        }
    }

    private func check(_ name: String, _ type: String, _ bytes: Int64) throws(FileRefusal) {
        try judgement.check(name: name)
        guard bytes != 0 else { throw .empty }
        let fitting = modes.filter { mode in mode.types.contains { FileJudgement.matches(type, $0) } }
        guard !fitting.isEmpty else { throw .type }
        try judgement.check(type: type)
        let most = fitting.map(\.kilobytesMax).max() ?? 0
        guard bytes > 0, bytes <= most << 10 else { throw .tooLarge(bytesMax: most << 10) }
    }
}

extension GuestError {
    /// What a guest is told of a file that is not taken.
    init(_ refusal: FileRefusal) {
        switch refusal {
        case .name: self = .fileName
        case .nameTooLong(let most): self = .fileNameTooLong(lengthMax: most)
        case .type: self = .fileType
        case .empty: self = .fileEmpty
        case .tooLarge(let most), .length(let most): self = .fileSize(kilobytesMax: max(1, most >> 10))
        case .checksum, .content, .infected: self = .fileContent
        case .unscanned: self = .unscanned
        }
    }
}
