import type { By, changeLimits, valueLimits } from './limits.ts';

/** The params of a gate. */
export interface GateParams {
  readonly require?: Readonly<Record<string, ValueLimits>>;
  readonly change?: Readonly<Record<string, ChangeLimits>>;
  readonly slices?: Readonly<Record<string, ValueLimits & { readonly min_rows?: number }>>;
  /** By class, then by metric. */
  readonly classes?: Readonly<Record<string, Readonly<Partial<Record<string, ValueLimits>>>>>;
}

export type ValueLimits = Readonly<Partial<Record<(typeof valueLimits)[number], number>>> & { readonly by?: By };
export type ChangeLimits = Readonly<Partial<Record<(typeof changeLimits)[number], number>>> & { readonly by?: By };
