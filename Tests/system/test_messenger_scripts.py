"""What the server makes of the browser's scripts on their way is still the same program."""

import os
import shutil
import subprocess
import urllib.request

import pytest

from support.server import ROOT

WEB = ROOT / "web"


def served(server, path):
    with urllib.request.urlopen(f"{server.base_url}/web/{path}", timeout=10) as answer:
        return answer.read().decode()


def run_node(*arguments, folder=ROOT):
    # A runner that is itself run by a test runner would report to that one instead.
    environment = {name: value for name, value in os.environ.items() if name != "NODE_TEST_CONTEXT"}
    done = subprocess.run(
        ["node", *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def copy(server, tmp_path_factory):
    """The browser's side and its tests, each script as it is served."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(WEB, folder / "web")
    shutil.copytree(ROOT / "Tests" / "web", folder / "Tests" / "web")
    for script in (folder / "web").rglob("*.js"):
        script.write_text(served(server, script.relative_to(folder / "web").as_posix()))
    return folder


def test_every_script_can_be_read_as_it_is_served(copy):
    scripts = sorted((copy / "web").rglob("*.js"))
    assert len(scripts) > 80
    for script in scripts:
        # Modules are told by what they say; the launcher is a classic script and is read as one.
        text = script.read_text()
        is_module = "\nimport " in "\n" + text or "\nexport " in "\n" + text
        readable = script.with_suffix(".mjs" if is_module else ".cjs")
        script.rename(readable)
        run_node("--check", str(readable))
        readable.rename(script)


def test_the_models_pass_their_tests_as_they_are_served(copy):
    # The words' test counts what each module asks for, so the linked one steps aside.
    shutil.copy(WEB / "messenger" / "app.js", copy / "web" / "messenger" / "app.js")
    tests = sorted(str(one) for one in (copy / "Tests" / "web" / "messenger").glob("*.test.js"))
    said = run_node("--test", "--test-reporter=tap", *tests, folder=copy)
    assert "\n# fail 0" in said and "\n# pass 0" not in said


def test_the_messenger_is_one_script_with_the_names_that_the_launcher_needs(server):
    script = served(server, "messenger/app.js")
    assert script.count("\nexport ") == 1 and "export const { start } = " in script
    assert "\nimport " not in script and not script.startswith("import ")
