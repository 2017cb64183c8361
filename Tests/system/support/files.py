"""Files: announced, put by a link, sent in a message, by guests on the socket and by agents with the API."""

import http.client
import sqlite3
import urllib.parse
import uuid

from .http import Answer, pool
from .picture import png

PICTURE = png(8, 8, [bytes(24)] * 8, more=bytes(range(256)) * 40)
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


def kept(server):
    """What is in the blob store, and what the rows say of files: how much there is of each."""
    blobs = {file.name for file in (server.data / "blobs").rglob("*") if file.is_file()}
    # PostgreSQL's rows are looked at by the other tests; here the bytes tell.
    file = server.data / "engawa.db"
    if not file.exists():
        return blobs, None
    with sqlite3.connect(file) as database:
        return blobs, database.execute("SELECT count(*) FROM media").fetchone()[0]


def is_tame(headers, type, disposition):
    assert headers["Content-Type"] == type
    assert headers["Content-Disposition"].startswith(disposition + "; filename*=UTF-8''")
    assert headers["X-Content-Type-Options"] == "nosniff"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "sandbox" in policy and "allow" not in policy
    assert headers["Referrer-Policy"] == "no-referrer"


# Agents

def messages_path(agent, conversation):
    return f"/api/v2/conversations/messages/{conversation['id']}/communications/{agent.leg(conversation)}/messages"


def agent_announces(agent, conversation, content=PICTURE, name="cat.png", **fields):
    """The answer, refused or not."""
    fields = {"fileName": name, "contentLengthBytes": len(content), **fields}
    return agent.api.request("POST", messages_path(agent, conversation) + "/media/uploads", fields)


def agent_puts(url, content=PICTURE, type="image/png", **headers):
    return Answer(pool.request("PUT", url, body=content, headers={"Content-Type": type, **headers}))


def agent_uploads(agent, conversation, content=PICTURE, name="cat.png", type="image/png"):
    """A file that the server took: its id."""
    begun = agent_announces(agent, conversation, content, name).json
    told = agent_puts(begun["uploadUrl"], content, type)
    assert (told.status, told.json["status"]) == (200, "valid"), told
    return begun["id"]


def agent_sends(agent, conversation, content=PICTURE, name="cat.png", type="image/png"):
    """A file of the agent's, in a message: the answer to sending it."""
    media = agent_uploads(agent, conversation, content, name, type)
    return agent.api.post(messages_path(agent, conversation), {"mediaIds": [media]})
