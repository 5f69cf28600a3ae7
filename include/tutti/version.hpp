// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace tutti {

/// The version of the library, major.minor.patch; the build reads it from these three lines.
inline constexpr int version_major = 0;
inline constexpr int version_minor = 1;
inline constexpr int version_patch = 0;

}  // namespace tutti
