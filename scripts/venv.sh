#!/bin/bash
# Makes or refreshes .venv, the Python environment of the browser and interoperability tests, from its pinned requirements.
set -euo pipefail
cd "$(dirname "$0")/.."
requirements=Tests/Browser/requirements.txt
stamp=.venv/requirements.installed

# A virtual environment remembers its absolute path, so one that was moved or copied is made anew.
if cmp -s "$requirements" "$stamp" && .venv/bin/python -c '' 2>/dev/null \
  && [[ "$(.venv/bin/python -c 'import sys; print(sys.prefix)')" == "$PWD/.venv" ]]; then
  exit 0
fi

echo "Preparing .venv from $requirements"
rm -rf .venv
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check --no-input -r "$requirements"
cp "$requirements" "$stamp"
