"""Files of guests: announced on the socket, put by a link, sent in a message."""

import http.client
import urllib.parse
import uuid

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def announce(guest, content=PICTURE, name="cat.png", type="image/png", **fields):
    fields = {"fileName": name, "fileType": type, "fileSize": len(content), "attachmentId": str(uuid.uuid4()), **fields}
    return guest.request("onAttachment", **fields)


def put(presigned, content, headers=None, url=None):
    parts = urllib.parse.urlsplit(url or presigned["url"])
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    try:
        connection.request("PUT", parts.path, content, presigned["headers"] if headers is None else headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def get(url):
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    try:
        connection.request("GET", parts.path)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def verdict(guest, id):
    """What the socket says of an upload."""
    def matches(frame):
        return frame["class"] in ("UploadSuccessEvent", "UploadFailureEvent") and frame["body"]["attachmentId"] == id
    frame = guest.wait(matches, "what became of the upload")
    assert (frame["type"], frame["code"]) == ("message", 200) and frame["body"]["timestamp"]
    return frame["body"]


def upload(guest, content=PICTURE, **fields):
    presigned = announce(guest, content, **fields)["body"]
    assert put(presigned, content) == 200
    assert verdict(guest, presigned["attachmentId"])["downloadUrl"]
    return presigned["attachmentId"]


def send(guest, id, **fields):
    content = [{"contentType": "Attachment", "attachment": {"id": id}}]
    return guest.request("onMessage", message={"content": content, "metadata": {"id": str(uuid.uuid4())}, **fields})


def agent_sends(agent, conversation, content=PICTURE, name="cat.png", type="image/png"):
    """A file of the agent's, in a message: the answer to sending it."""
    path = f"/api/v2/conversations/messages/{conversation['id']}/communications/{agent.leg(conversation)}/messages"
    begun = agent.api.post(path + "/media/uploads", {"fileName": name, "contentLengthBytes": len(content)})
    assert put({"url": begun["uploadUrl"], "headers": {"Content-Type": type}}, content) == 200
    return agent.api.post(path, {"mediaIds": [begun["id"]]})
