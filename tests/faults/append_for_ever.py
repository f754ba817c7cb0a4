# SPDX-License-Identifier: Apache-2.0
"""Appends to a journal until it is killed; prints each acknowledged end. ``python -m tests.faults.append_for_ever FOLDER``."""

import os
import sys
import threading
from pathlib import Path

from tests.faults.journals import SqliteBench, make_body, make_draft


def main() -> None:
    bench = SqliteBench(Path(sys.argv[1]), wal_pages=20)
    bench.entropy.drawn = int.from_bytes(os.urandom(6))
    journal = bench.open()
    lock = threading.Lock()

    def work(thread):
        turn = 0
        while True:
            drafts = [make_draft(turn, make_body(turn, 300 * thread)) for _ in range(1 + turn % 4)]
            end = journal.append(drafts) + len(drafts)
            with lock:
                os.write(1, b"%d\n" % end)
            turn += 1

    for thread in range(1, 4):
        threading.Thread(target=work, args=(thread,)).start()


if __name__ == "__main__":
    main()
