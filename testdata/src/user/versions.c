// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A library whose symbols are of all kinds that a look-up tells apart: two versions of one function, an indirect
// function, a weak one, data, an imported one, one without a type.

__asm__(".symver versioned_old, versioned@BPF4J_1.0");
__asm__(".symver versioned_new, versioned@@BPF4J_2.0");

int versioned_old(void)
{
    return 1;
}

int versioned_new(void)
{
    return 2;
}

int only_new(void)
{
    return 3;
}

__attribute__((weak)) int weak(void)
{
    return 4;
}

static int (*pick(void))(void)
{
    return only_new;
}

int indirect(void) __attribute__((ifunc("pick")));

int data = 5;

int imported(void);

int calls_imported(void)
{
    return imported();
}

__asm__(".global untyped\nuntyped: ret");
