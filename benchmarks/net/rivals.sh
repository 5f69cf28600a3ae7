#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What the rivals of nets need beside packages: ONNX Runtime for Node, and the nets as ONNX models. Runs in build/bench.
set -euo pipefail
python3 "$(dirname "$0")/onnx_models.py" onnx
if ! command -v npm > /dev/null; then
  echo "rivals.sh: no npm, so ONNX Runtime is left out" >&2
elif [[ ! -d node_modules/onnxruntime-node ]]; then
  npm install --no-save --no-audit --no-fund --ignore-scripts --prefix . onnxruntime-node
fi
