// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Nothing at all: no program, no map, no license, no BTF.
