// SPDX-License-Identifier: Apache-2.0
// What a library shows. Everything is hidden (-fvisibility=hidden) but what a
// header of moestro/ declares between these two, so that a name that only a
// source knows can never stand for another library's.
#pragma once

#define MOESTRO_API_BEGIN _Pragma("GCC visibility push(default)")
#define MOESTRO_API_END _Pragma("GCC visibility pop")
