#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
/usr/bin/python3 "$(dirname "$0")/sets.py" learner
