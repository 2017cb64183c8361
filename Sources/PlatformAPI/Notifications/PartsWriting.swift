/// How the smaller parts of conversations are written by hand; see ``ConversationWire``.
extension MessageDetailsWire: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("messageId", messageId)
            json.member("messageURI", messageURI)
            json.member("message", message)
            json.member("messageStatus", messageStatus)
            json.member("messageSegmentCount", messageSegmentCount)
            json.member("messageTime", messageTime)
            json.member("media", media)
            json.member("stickers", stickers)
            json.member("messageMetadata", messageMetadata)
        }
    }
}

extension MessageDetailsWire.Media: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("name", name)
            json.member("url", url)
            json.member("mediaType", mediaType)
            json.member("contentLengthBytes", contentLengthBytes)
        }
    }
}

extension MessageDetailsWire.Metadata: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("type", type)
            json.member("events", strings: events)
            json.member("content", content)
        }
    }
}

extension MessageDetailsWire.Metadata.Content: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("contentType", contentType)
            json.member("subType", subType)
        }
    }
}

extension EntityReference: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("name", name)
            json.member("selfUri", selfUri)
        }
    }
}

extension AddressWire: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("name", name)
            json.member("nameRaw", nameRaw)
            json.member("addressNormalized", addressNormalized)
            json.member("addressRaw", addressRaw)
            json.member("addressDisplayable", addressDisplayable)
        }
    }
}

extension DivisionMembership: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("division", division)
            json.member("entities", entities)
        }
    }
}

extension RoutingDataWire: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("queue", queue)
            json.member("language", language)
            json.member("priority", priority)
            json.member("skills", skills)
            json.member("scoredAgents", scoredAgents)
            json.member("label", label)
        }
    }
}

extension RoutingDataWire.Scored: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("agent", agent)
            json.member("score", score)
        }
    }
}

extension WrapupWire: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("code", code)
            json.member("name", name)
            json.member("notes", notes)
            json.member("tags", strings: tags)
            json.member("durationSeconds", durationSeconds)
            json.member("endTime", endTime)
        }
    }
}
