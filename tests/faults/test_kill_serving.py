# SPDX-License-Identifier: Apache-2.0
"""A serving process killed while several authors file: what was answered is there after the next start."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time

import httpx2
import pytest

from tearline.config import MemberSpec, NetworkSpec, PersonSpec
from tearline.founding import found_network

SEED = int(os.environ.get("TEARLINE_SEED", "7"))
KILLS = 12 if os.environ.get("TEARLINE_LONG") else 2
AUTHORS = 4


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def found(folder, port):
    persons = tuple(
        PersonSpec(f"kor.author{n}", posts=("KOR-DESK",), duties=("analysis",)) for n in range(AUTHORS)
    )
    members = (MemberSpec("KOR", "Republic of Korea", "II-KUP", ("ko", "en"), persons),)
    spec = NetworkSpec(pack="exercise", members=members, agreements=(), port_base=port, anchor_tick_s=1)
    return found_network(folder, spec)["KOR"]


def make_draft(text):
    label = {
        "policy": "EXERCISE KOR",
        "classification": "III-KUP",
        "categories": [["Releasable To", ["JPN", "KOR"]]],
    }
    body = {"type": "text", "wordings": [{"lang": "en", "text": text}]}
    portion = {"kind": "title", "tag": "AA", "variants": [{"label": label, "body": body}]}
    return {"kind": "report", "precedence": "ROUTINE", "policy": "EXERCISE KOR", "portions": [portion]}


def sign_in(url, person, password):
    client = httpx2.Client(
        base_url=url, headers={"X-Tearline": "1", "Origin": url}, trust_env=False, timeout=20
    )
    answer = client.post("/api/session", json={"person": person, "password": password})
    assert answer.status_code == 200, answer.text
    return client


def start(folder, url):
    command = [sys.executable, "-m", "tearline.cli", "serve", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(600):
        try:
            if httpx2.get(f"{url}/api/health", trust_env=False).status_code == 200:
                return process
        except httpx2.HTTPError:
            pass
        assert process.poll() is None, f"the node ended with {process.returncode}"
        time.sleep(0.02)  # noqa: TID251  a process of its own has a clock of its own
    raise AssertionError("the node did not answer")


def write_until_cut(client, person, answered):
    """File until the connection breaks; keep what was answered."""
    n = 0
    while True:
        text = f"{person} {n} {random.random()}"
        try:
            answer = client.post("/api/products", json={"draft": make_draft(text)})
        except httpx2.HTTPError:
            return
        assert answer.status_code == 201, answer.text
        answered[answer.json()["key"]] = text
        n += 1


@pytest.mark.slow
def test_d1_what_was_answered_survives_kill_9(tmp_path):
    """Nothing that an author was answered for is lost, nothing appears twice, and the folder verifies."""
    rng = random.Random(SEED)
    port = free_port()
    passwords = found(tmp_path / "net", port)
    folder, url = tmp_path / "net" / "kor", f"http://127.0.0.1:{port}"
    answered: dict[str, str] = {}
    for _ in range(KILLS):
        process = start(folder, url)
        clients = {person: sign_in(url, person, password) for person, password in passwords.items()}
        threads = [
            threading.Thread(target=write_until_cut, args=(c, p, answered)) for p, c in clients.items()
        ]
        for thread in threads:
            thread.start()
        time.sleep(rng.uniform(0.3, 1.2))  # noqa: TID251  a process of its own has a clock of its own
        process.send_signal(signal.SIGKILL)
        process.wait()
        for thread in threads:
            thread.join()
        for client in clients.values():
            client.close()
    assert answered
    process = start(folder, url)
    try:
        client = sign_in(url, "kor.author0", passwords["kor.author0"])
        for key, text in answered.items():
            page = client.get(f"/api/products/{key}").json()
            assert page["portions"][0]["body"]["wordings"][0]["text"] == text
        total = client.get("/api/products?limit=1").json()["total"]
        assert total >= len(answered)
        client.close()
    finally:
        process.terminate()
        process.wait(20)
    verified = subprocess.run(
        [sys.executable, "-m", "tearline.cli", "verify", str(folder), "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert verified.returncode == 0, verified.stdout + verified.stderr
