"""RFC 6455, by the numbers of the cases that a well-known test suite made the measure of servers.

The suite expects a server that sends back what it gets. The guest socket speaks JSON, so a text is the request for an
echo, brought to the size of the case by spaces behind it, and what comes back is the echo of its text. Binary frames
are no part of the protocol: cases that send them expect 1003. Sections 12 and 13 are about compression, which is not
offered.
"""

import json
import struct
import uuid

import pytest

from support.raw_socket import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, RawSocket, frame

MESSAGE_BYTES_MAX = 64 << 10


@pytest.fixture
def wire(server):
    with RawSocket(server.guest_url) as socket:
        assert socket.status == 101
        yield Wire(socket)
    assert server.is_alive


class Wire:
    """One connection, and what is expected on it."""

    def __init__(self, socket):
        self.socket = socket

    def text(self, size=None, text="縁側 ok"):
        """An echo's request of so many bytes, and how to see its answer."""
        request = {"action": "echo", "token": str(uuid.uuid4()), "message": {"type": "Text", "text": text}}
        body = json.dumps(request, ensure_ascii=False).encode()
        return body + b" " * max((size or 0) - len(body), 0)

    def send(self, *frames, chop=None):
        self.socket.send(b"".join(frames), chop)

    def echoes(self, text="縁側 ok"):
        opcode, payload = self.socket.read()
        assert opcode == TEXT and json.loads(payload)["body"]["text"] == text

    def refuses(self):
        """An answer to a text that is no request: the connection goes on."""
        opcode, payload = self.socket.read()
        assert opcode == TEXT and json.loads(payload)["code"] == 400

    def pongs(self, payload=b""):
        assert self.socket.read() == (PONG, payload)

    def is_open(self):
        self.send(frame(PING, b"still there"))
        self.pongs(b"still there")

    def may_echo_and_closes(self, code):
        """The answer to what came before the violation may be lost with the connection, as the suite allows."""
        got = self.socket.read()
        if got[0] == TEXT:
            assert json.loads(got[1])["class"] == "StructuredMessage"
            got = self.socket.read()
        assert got[0] == CLOSE and struct.unpack("!H", got[1][:2])[0] == code

    def closes(self, *codes):
        assert self.socket.close_code() in codes

    def ends(self):
        """Nothing comes any more."""
        assert self.socket.read() is None


def parts(data, size):
    """A text in fragments of so many bytes."""
    pieces = [data[start:start + size] for start in range(0, len(data), size)]
    return [
        frame(TEXT if index == 0 else CONTINUATION, piece, final=index == len(pieces) - 1)
        for index, piece in enumerate(pieces)
    ]


# 1: Framing.

SIZES = {"1.1.2": 125, "1.1.3": 126, "1.1.4": 127, "1.1.5": 128, "1.1.6": 65535, "1.1.7": 65536}


def test_case_1_1_1(wire):
    wire.send(frame(TEXT))
    wire.refuses()
    wire.is_open()


@pytest.mark.parametrize("case", SIZES)
def test_case_1_1(wire, case):
    # The smallest request is longer than the smallest sizes: a text that is no request stands for it.
    size = SIZES[case]
    if size <= 128:
        wire.send(frame(TEXT, b"x" * size))
        return wire.refuses()
    wire.send(frame(TEXT, wire.text(size)))
    wire.echoes()


def test_case_1_1_8(wire):
    wire.send(frame(TEXT, wire.text(65536)), chop=997)
    wire.echoes()


@pytest.mark.parametrize("size", [0, 125, 126, 127, 128, 65535, 65536])
def test_case_1_2(wire, size):
    wire.send(frame(BINARY, b"\xfe" * size))
    wire.closes(1003)


# 2: Pings and pongs.

@pytest.mark.parametrize("payload", [b"", b"Hello, world!", b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff", b"\xfe" * 125])
def test_cases_2_1_to_2_4(wire, payload):
    wire.send(frame(PING, payload))
    wire.pongs(payload)


def test_case_2_5(wire):
    wire.send(frame(PING, b"\xfe" * 126))
    wire.closes(1002)


def test_case_2_6(wire):
    wire.send(frame(PING, b"\xfe" * 125), chop=1)
    wire.pongs(b"\xfe" * 125)


@pytest.mark.parametrize("payload", [b"", b"unsolicited pong payload"])
def test_cases_2_7_to_2_9(wire, payload):
    wire.send(frame(PONG, payload), frame(PING, b"ping payload"))
    wire.pongs(b"ping payload")


@pytest.mark.parametrize("chop", [None, 1])
def test_cases_2_10_and_2_11(wire, chop):
    payloads = [f"payload-{number}".encode() for number in range(10)]
    wire.send(*(frame(PING, payload) for payload in payloads), chop=chop)
    for payload in payloads:
        wire.pongs(payload)


# 3 and 4: Reserved bits and opcodes.

@pytest.mark.parametrize("chop", [None, 1])
@pytest.mark.parametrize("reserved", range(1, 8))
def test_cases_3_1_to_3_7(wire, reserved, chop):
    wire.send(frame(TEXT, wire.text()), frame(TEXT, wire.text(), reserved=reserved), frame(PING), chop=chop)
    wire.may_echo_and_closes(1002)


@pytest.mark.parametrize("payload", [b"", b"reserved opcode payload"])
@pytest.mark.parametrize("opcode", [3, 4, 5, 6, 7, 11, 12, 13, 14, 15])
def test_cases_4_1_and_4_2(wire, opcode, payload):
    wire.send(frame(TEXT, wire.text()), frame(opcode, payload), frame(PING))
    wire.may_echo_and_closes(1002)


# 5: Fragments.

@pytest.mark.parametrize("opcode", [PING, PONG])
def test_cases_5_1_and_5_2(wire, opcode):
    wire.send(frame(opcode, b"fragment1", final=False), frame(CONTINUATION, b"fragment2"))
    wire.closes(1002)


@pytest.mark.parametrize("chop", [None, 1])
def test_cases_5_3_to_5_5(wire, chop):
    wire.send(*parts(wire.text(), 40), chop=chop)
    wire.echoes()


@pytest.mark.parametrize("chop", [None, 1])
def test_cases_5_6_to_5_8(wire, chop):
    first, *rest = parts(wire.text(), 60)
    wire.send(first, frame(PING, b"ping payload"), *rest, chop=chop)
    wire.pongs(b"ping payload")
    wire.echoes()


@pytest.mark.parametrize("chop", [None, 1])
@pytest.mark.parametrize("final", [True, False])
def test_cases_5_9_to_5_14(wire, final, chop):
    wire.send(frame(CONTINUATION, b"non-continuation", final=final), frame(TEXT, wire.text()), chop=chop)
    wire.closes(1002)


@pytest.mark.parametrize("final", [True, False])
def test_cases_5_15_to_5_17(wire, final):
    wire.send(*parts(wire.text(), 60), frame(CONTINUATION, b"fragment3", final=final), *parts(wire.text(), 60))
    wire.may_echo_and_closes(1002)


def test_case_5_18(wire):
    wire.send(frame(TEXT, b"fragment1", final=False), frame(TEXT, b"fragment2"))
    wire.closes(1002)


@pytest.mark.parametrize("chop", [None, 1])
def test_cases_5_19_and_5_20(wire, chop):
    one, two, *rest = parts(wire.text(), 20)
    wire.send(one, two, frame(PING, b"pongme 1!"), chop=chop)
    wire.pongs(b"pongme 1!")
    wire.send(*rest[:2], frame(PING, b"pongme 2!"), *rest[2:], chop=chop)
    wire.pongs(b"pongme 2!")
    wire.echoes()


# 6: UTF-8.

def test_cases_6_1(wire):
    wire.send(frame(TEXT, b"", final=False), frame(CONTINUATION, b"", final=False), frame(CONTINUATION))
    wire.refuses()
    wire.send(frame(TEXT, b"", final=False), frame(CONTINUATION, wire.text(), final=False), frame(CONTINUATION))
    wire.echoes()


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_cases_6_2(wire, size):
    wire.send(*parts(wire.text(text="Hello-µ@ßöäüàá-UTF-8!!"), size))
    wire.echoes("Hello-µ@ßöäüàá-UTF-8!!")


VALID = {
    "6.5": "κόσμε", "6.7": "\u0080\u0800\U00010000", "6.9": "\u007f\u07ff\uffff", "6.11": "\ud7ff\ue000\ufffd",
    "6.22": "\ufffe\uffff\U0001fffe\U0001ffff\U0010fffe\U0010ffff",
}


@pytest.mark.parametrize("case", VALID)
def test_cases_6_of_valid_text(wire, case):
    wire.send(frame(TEXT, wire.text(text=VALID[case])))
    wire.echoes(VALID[case])


INVALID = {
    "6.3": bytes.fromhex("cebae1bdb9cf83cebcceb5eda080656469746564"), "6.6": bytes.fromhex("cebae1bdb9cf83cebcce"),
    "6.8": bytes.fromhex("f888808080"), "6.10": bytes.fromhex("f7bfbfbf"), "6.12": bytes.fromhex("80bf80bf80"),
    "6.13": bytes.fromhex("c020c120c220c320"), "6.14": bytes.fromhex("c0"), "6.15": bytes.fromhex("e080f08080"),
    "6.16": bytes.fromhex("fe"), "6.17": bytes.fromhex("c0af"), "6.18": bytes.fromhex("c1bf"),
    "6.19": bytes.fromhex("e09fbf"), "6.20": bytes.fromhex("eda080"), "6.21": bytes.fromhex("eda080edb080"),
    "6.21.5": bytes.fromhex("f4908080"),
}


@pytest.mark.parametrize("case", INVALID)
@pytest.mark.parametrize("size", [1, 1000])
def test_cases_6_of_invalid_text(wire, case, size):
    # 6.4 allows to notice it at the end of the message.
    wire.send(*parts(b'{"text":"' + INVALID[case] + b'"}', size))
    wire.closes(1007)


# 7: Closing.

def test_case_7_1_1(wire):
    wire.send(frame(TEXT, wire.text()), frame(CLOSE, struct.pack("!H", 1000)))
    wire.echoes()
    wire.closes(1000)
    wire.ends()


@pytest.mark.parametrize("late", [frame(CLOSE), frame(PING), frame(TEXT, b"late"), frame(CONTINUATION, b"late")])
def test_cases_7_1_2_to_7_1_5(wire, late):
    wire.send(frame(CLOSE, struct.pack("!H", 1000)), late)
    wire.closes(1000)
    wire.ends()


def test_case_7_1_6(wire):
    wire.send(frame(TEXT, wire.text(MESSAGE_BYTES_MAX)), frame(TEXT, wire.text()))
    wire.send(frame(CLOSE, struct.pack("!H", 1000)))
    wire.echoes()
    wire.echoes()
    wire.closes(1000)
    wire.ends()


@pytest.mark.parametrize("payload, codes", [
    (b"", {1000, 1005}), (b"a", {1002}), (struct.pack("!H", 1000), {1000}),
    (struct.pack("!H", 1000) + b"Hello", {1000}),
    (struct.pack("!H", 1000) + b"*" * 123, {1000}), (struct.pack("!H", 1000) + b"*" * 124, {1002}),
], ids=["7.3.1", "7.3.2", "7.3.3", "7.3.4", "7.3.5", "7.3.6"])
def test_cases_7_3(wire, payload, codes):
    wire.send(frame(CLOSE, payload))
    wire.closes(*codes)
    wire.ends()


def test_case_7_5_1(wire):
    wire.send(frame(CLOSE, struct.pack("!H", 1000) + INVALID["6.3"]))
    wire.closes(1007)


@pytest.mark.parametrize("code", [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999])
def test_cases_7_7(wire, code):
    wire.send(frame(CLOSE, struct.pack("!H", code)))
    wire.closes(code)
    wire.ends()


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999])
def test_cases_7_9(wire, code):
    wire.send(frame(CLOSE, struct.pack("!H", code)))
    wire.closes(1002)
    wire.ends()


@pytest.mark.parametrize("code", [5000, 65535])
def test_cases_7_13(wire, code):
    # What happens then is not laid down; the connection ends.
    wire.send(frame(CLOSE, struct.pack("!H", code)))
    wire.closes(1002, code)
    wire.ends()


# 9 and 10: Sizes and numbers. Messages beyond the limit of this socket are refused with the code that says so.

@pytest.mark.parametrize("size", [MESSAGE_BYTES_MAX + 1, 256 << 10, 1 << 20, 4 << 20, 16 << 20])
def test_cases_9_1_and_9_2(wire, size):
    wire.send(frame(TEXT, b" " * size))
    wire.closes(1009)


@pytest.mark.parametrize("size", [64, 256, 1 << 10, 4 << 10, 16 << 10])
def test_cases_9_3_and_9_4(wire, size):
    wire.send(*parts(wire.text(MESSAGE_BYTES_MAX), size))
    wire.echoes()
    wire.send(*parts(wire.text(4 << 20), size))
    wire.closes(1009)


@pytest.mark.parametrize("chop", [64, 128, 256, 512, 1024, 2048])
def test_cases_9_5_and_9_6(wire, chop):
    wire.send(frame(TEXT, wire.text(MESSAGE_BYTES_MAX)), chop=chop)
    wire.echoes()


def test_case_9_7(limited):
    # A thousand round trips of each size, more than a minute's six hundred requests. The smallest are no requests.
    server = limited(GUEST_REQUESTS_PER_MINUTE="1000000", GUEST_HEALTH_CHECKS_PER_MINUTE="1000000")
    for size in [0, 16, 64, 256, 1024, 4096]:
        with RawSocket(server.guest_url) as socket:
            wire = Wire(socket)
            for number in range(1000):
                if size <= 64:
                    wire.send(frame(TEXT, b"x" * size))
                    wire.refuses()
                else:
                    wire.send(frame(TEXT, wire.text(size, text=f"number {number}")))
                    wire.echoes(f"number {number}")


@pytest.mark.parametrize("size", [0, 16, 64, 256, 1024, 4096])
def test_case_9_8(wire, size):
    wire.send(frame(BINARY, b"\xfe" * size))
    wire.closes(1003)


def test_case_10_1_1(wire):
    wire.send(*parts(wire.text(65536), 1300))
    wire.echoes()
