// SPDX-License-Identifier: Apache-2.0
// A translation unit for targets that exist only for their flags or their precompiled header.
