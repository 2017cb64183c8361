import Engine
import Journal
import NIOCore

/// The frames about files (reference, section B.3).
extension GuestFrames {
    /// Where bytes go or come from.
    static func presigned(
        _ record: GuestAttachmentRecord, url: String, headers: [String: String], trace: String?
    ) -> ByteBuffer {
        frame(.response, "PresignedUrlResponse", trace: trace) { json in
            json.object { json in
                json.member("attachmentId", record.attachment)
                json.member("headers", headers)
                json.member("url", url)
                json.member("fileName", record.name)
                json.member("fileSize", record.bytesCount)
                json.member("fileType", record.mediaType)
            }
        }
    }

    static func attachmentDeleted(_ id: String, trace: String?) -> ByteBuffer {
        frame(.response, "AttachmentDeletedResponse", trace: trace) { $0.object { $0.member("attachmentId", id) } }
    }

    /// What became of an upload.
    static func upload(_ notice: AttachmentNotice) -> ByteBuffer {
        guard let failure = notice.failure else {
            return frame(.message, "UploadSuccessEvent") { json in
                json.object { json in
                    json.member("attachmentId", notice.attachment)
                    json.member("downloadUrl", notice.downloadURL)
                    json.member("timestamp", WireDate(notice.at))
                }
            }
        }
        return frame(.message, "UploadFailureEvent") { json in
            json.object { json in
                json.member("attachmentId", notice.attachment)
                json.member("errorCode", failure.code)
                json.member("errorMessage", failure.message)
                json.member("timestamp", WireDate(notice.at))
            }
        }
    }
}
