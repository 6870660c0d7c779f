/**
 * βᵗ for t = step + 1, rounded to float32 as Keras has it. 1 − βᵗ loses half of its digits there, so that a power of
 * float64 would lead elsewhere within a few steps.
 */
export const powerOf = (beta: number, step: number): number => Math.fround(Math.fround(beta) ** (step + 1));

/** 1 − x in float32. */
export const oneMinus = (value: number): number => Math.fround(1 - Math.fround(value));
