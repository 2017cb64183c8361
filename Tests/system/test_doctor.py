"""`engawa doctor` on what runs and on what does not."""

import json
import subprocess

from support.server import BINARY, ROOT, free_port


def doctor(*arguments):
    return subprocess.run(
        [BINARY, "doctor", *map(str, arguments)], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=60)


def place(server):
    options = list(server.options)
    return options[options.index("--database") + 1] if "--database" in options else server.data / "engawa.db"


def test_a_server_that_runs_is_well(server):
    answer = doctor(
        "--database", place(server), "--blobs", server.data / "blobs", "--url", server.base_url, "--json")
    findings = {one["name"]: one for one in json.loads(answer.stdout)}
    wanted = {
        "disk space", "disk sync", "open files", "memory", "clock", "database", "schema", "files", "/health",
        "/health/ready", "sockets", "public URL",
    }
    assert wanted <= set(findings)
    # What this machine is like is not ours to judge; what is ours must be well.
    for name in ["disk sync", "clock", "database", "schema", "files", "/health", "/health/ready", "sockets"]:
        assert findings[name]["level"] != "error", findings[name]
    assert findings["schema"]["level"] == "ok" and findings["sockets"]["level"] == "ok"
    assert (answer.returncode == 0) == all(one["level"] != "error" for one in findings.values())


def test_what_is_not_there_is_an_error_with_advice(tmp_path):
    answer = doctor(
        "--database", tmp_path / "none.db", "--blobs", tmp_path / "blobs", "--url", f"http://127.0.0.1:{free_port()}")
    assert answer.returncode == 1, answer
    assert "error    database" in answer.stdout and "there is no" in answer.stdout
    assert "is the server running" in answer.stdout
    assert not (tmp_path / "none.db").exists()
