#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The sets as files of numbers, the same for us and for the rivals. Runs in build/bench.
set -euo pipefail
/usr/bin/python3 "$(dirname "$0")/sets.py" tree
